import { describe, expect, it } from 'vitest';
import { isAllowedHost } from '#app/host.ts';
import { contentPolicy, safetyHeaders } from '#app/policy.ts';

describe('the host under which the server is addressed', () => {
  it.each([
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1',
    '127.0.0.1:3000',
    '10.0.0.7:80',
    '[::1]:3000',
    '[::1]',
  ])('%s is allowed', (host) => expect(isAllowedHost(host)).toBe(true));
  it.each([
    null,
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    '[evil]:3000',
    'localhost:x',
    'a b',
    '1.2.3.4.5',
  ])('%s is not', (host) => expect(isAllowedHost(host)).toBe(false));
  it('a configured name is allowed', () => {
    expect(isAllowedHost('sales.example:8080', ['sales.example'])).toBe(true);
    expect(isAllowedHost('sales.example.evil', ['sales.example'])).toBe(false);
  });
});

describe('the headers of every answer', () => {
  const policy = contentPolicy('abc', { isDevelopment: false });

  it('lets in only what carries the nonce', () => {
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
    for (const rule of [
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "connect-src 'self'",
    ])
      expect(policy).toContain(rule);
  });

  it('asks for TLS only under TLS', () => {
    const names = (isSecure: boolean) => safetyHeaders(policy, { isSecure }).map(([name]) => name);
    expect(names(true)).toContain('strict-transport-security');
    expect(names(false)).not.toContain('strict-transport-security');
  });
});
