/** The id under which the log has an error that a call answered with. */
export const idOf = ({ shape }: { shape?: unknown }): string | undefined =>
  (shape as { data?: { id?: string } } | null | undefined)?.data?.id;
