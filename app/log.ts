import pino from 'pino';
import { env } from './env.ts';

/** Words after which a secret follows, and the secrets that stand in addresses and headers. */
const patterns: [RegExp, string][] = [
  [
    /\b(password|passwd|secret|token|api[-_]?key|authorization|cookie)(["']?\s*[:=]\s*["']?)[^\s"',;&}]+/gi,
    '$1$2[hidden]',
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 [hidden]'],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+:[^\s/@]+@/gi, '$1[hidden]@'],
];

/** Text without the secrets of the environment and without what looks like one. */
export function scrub(text: string, secrets: readonly string[] = env.secrets): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
  return patterns.reduce((rest, [found, instead]) => rest.replace(found, instead), known);
}

/** What the log keeps of an error: its chain of causes, scrubbed; statements without their values. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: scrub(String(error)) };
  const { sql } = error as Error & { sql?: unknown };
  return {
    type: error.name,
    message: scrub(error.message),
    stack: scrub(error.stack ?? ''),
    ...(typeof sql === 'string' ? { sql: scrub(sql) } : {}),
    ...(error.cause !== undefined && depth < 5
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}

/** The server's log: JSON lines on stdout, secrets hidden. */
export const log = pino({
  level: env.log,
  base: undefined,
  serializers: { err: (error: unknown) => describeError(error) },
  redact: {
    paths: ['headers.authorization', 'headers.cookie', '*.password', '*.secret', '*.token'],
    censor: '[hidden]',
  },
});
