import { Fault } from './errors.ts';

export const maxBodyBytes = 1024 * 1024;
export const maxDepth = 64;
export const maxBatchSize = 10;

/** Throws when JSON text is nested deeper than is sensible; looks at brackets only, so it is safe before parsing. */
export function checkDepth(text: string, limit = maxDepth): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (quoted) {
      if (letter === '\\') i += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === '{' || letter === '[') {
      depth += 1;
      if (depth > limit) throw new Fault('too-deep');
    } else if (letter === '}' || letter === ']') depth -= 1;
  }
}

/** The body as text, read no further than the limit whatever the headers promise. */
export async function readBody(request: Request, limit = maxBodyBytes): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw new Fault('too-large');
  if (!request.body) return '';
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new TextDecoder().decode(Buffer.concat(chunks));
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw new Fault('too-large');
    }
    chunks.push(value);
  }
}

/** JSON from outside, of bounded depth; throws a Fault that says what is wrong. */
export function parseJson(text: string): unknown {
  checkDepth(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault('wrong-input', 'The question is not valid JSON.', { cause });
  }
}
