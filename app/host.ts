import { isIP } from 'node:net';
import { env } from './env.ts';

/**
 * Whether the server may be addressed by this Host header. A foreign name that resolves to this machine is how a
 * hostile site in the same browser would reach it (DNS rebinding).
 */
export function isAllowedHost(host: string | null, allowed: readonly string[] = env.allowedHosts) {
  if (!host) return false;
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(host);
  if (bracketed) return isIP(bracketed[1] ?? '') === 6;
  const plain = /^([^:@/\\\s]+)(?::\d{1,5})?$/.exec(host);
  if (!plain) return false;
  const name = (plain[1] ?? '').toLowerCase();
  return name === 'localhost' || isIP(name) === 4 || allowed.includes(name);
}
