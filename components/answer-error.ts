/** Why something could not be had, in words; `id` finds it in the server's log. */
export interface Failure {
  message: string;
  id: string | null;
}

/** An answer of the server that says what went wrong. */
export class AnswerError extends Error {
  readonly id: string | null;
  constructor(message: string, id: string | null) {
    super(message);
    this.name = 'AnswerError';
    this.id = id;
  }
}

/** The error that a refusing answer tells: `{ error: { message, data: { id } } }`, or its status when it has no words. */
export async function answerErrorOf(answer: Response): Promise<AnswerError> {
  const body: unknown = await answer.json().catch(() => null);
  const { error } = (body ?? {}) as { error?: { message?: string; data?: { id?: string } } };
  const message = error?.message ?? `The server answered ${answer.status} without words.`;
  return new AnswerError(message, error?.data?.id ?? null);
}

export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof AnswerError) return { message: thrown.message, id: thrown.id };
  return { message: 'The server cannot be reached.', id: null };
}

/** A failure as one line. */
export const inOneLine = ({ message, id }: Failure): string =>
  id ? `${message} (${id})` : message;
