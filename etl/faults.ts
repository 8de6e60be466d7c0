/** Points at which a kill test stops the loader, in the order in which a load passes them. */
export const faultPoints = [
  'control.after-lock',
  'control.after-sweep',
  'control.after-sequence',
  'inputs.compared',
  'build.copied',
  'build.opened',
  'land.before-copy',
  'land.while-copying',
  'land.after-copy',
  'land.before-rename',
  'land.after-rename',
  'land.before-lines',
  'land.after-rows',
  'land.after-lines',
  'facts.staged',
  'facts.absences',
  'facts.appended',
  'build.facts',
  'build.merged',
  'build.versions',
  'build.noted',
  'build.layouts',
  'build.checked',
  'build.tallied',
  'build.checkpoint',
  'build.closed',
  'publish.before-checkpoint',
  'publish.after-checkpoint',
  'publish.after-close',
  'publish.after-verify',
  'publish.after-fsync',
  'publish.after-hash',
  'publish.before-manifest',
  'publish.after-manifest',
  'publish.after-chmod',
  'publish.after-rename',
  'publish.after-directory',
  'publish.before-files',
  'publish.after-files',
  'publish.before-pointer',
  'publish.pointer-written',
  'publish.after-pointer',
  'publish.before-prune',
  'publish.after-prune',
  'control.before-record',
  'control.after-record',
] as const;

let armed: { point: string; signal: NodeJS.Signals } | null = null;

/**
 * Arms one fault point (a kill test passes its name through the environment); null disarms. `stop:<point>` holds the
 * process there until it is told to go on.
 */
export function setFault(name: string | null): void {
  const [, held, point = ''] = /^(stop:)?(.*)$/.exec(name ?? '') ?? [];
  armed = point ? { point, signal: held ? 'SIGSTOP' : 'SIGKILL' } : null;
}

/** Kills this process, as a power cut would, when the named point is armed; or holds it there, once. */
export function fault(name: string): void {
  if (name !== armed?.point) return;
  const { signal } = armed;
  armed = null;
  process.kill(process.pid, signal);
}
