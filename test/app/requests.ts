import type { Warehouse } from '#warehouse/warehouse.ts';

/** A request as a browser on our own page would send it. */
export function ownRequest(path: string, init: RequestInit = {}): Request {
  const headers = new Headers(init.headers);
  if (!headers.has('host')) headers.set('host', 'localhost:3000');
  if (!headers.has('sec-fetch-site')) headers.set('sec-fetch-site', 'same-origin');
  const request = new Request(`http://localhost:3000${path}`, { ...init, headers });
  // fetch() drops Host as forbidden; the server's requests carry it.
  if (!request.headers.has('host')) Object.defineProperty(request, 'headers', { value: headers });
  return request;
}

/** Puts a warehouse in place of the one of the process, and says which of its questions were asked. */
export function pretend(questions: Partial<Warehouse>): string[] {
  const asked: string[] = [];
  const spied = new Proxy(questions, {
    get: (target, name) => {
      const question = Reflect.get(target, name);
      if (typeof question !== 'function') throw new Error(`nobody expected ${String(name)}`);
      return (...values: unknown[]) => {
        asked.push(String(name));
        return question.apply(target, values);
      };
    },
  });
  Object.assign(globalThis, { plumblineWarehouse: spied });
  return asked;
}

/** A JSON body's public error. */
export interface Refused {
  error: { code: number; message: string; data: { code: string; message: string; id: string } };
}

/** A change that our own page asks for. */
export const ownPost = (
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Request =>
  ownRequest(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
