/** A choice of the reader, kept in this browser; where nothing can be kept, nothing is. */
export function maybeKept(key: string): string[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return Array.isArray(kept) ? kept.map(String) : undefined;
  } catch {
    // Storage may be forbidden, or hold what another program put there.
    return undefined;
  }
}

export function keep(key: string, names: readonly string[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(names));
  } catch {
    // Storage may be forbidden or full: the choice then holds until the page is left.
  }
}
