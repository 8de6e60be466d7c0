import { type NextRequest, NextResponse } from 'next/server';
import { env } from '#app/env.ts';
import { isAllowedHost } from '#app/host.ts';
import { contentPolicy, safetyHeaders } from '#app/policy.ts';

/** Sets the headers of every answer and turns foreign host names away; rights are checked where the data is. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = contentPolicy(nonce, { isDevelopment: env.isDevelopment });
  const response = isAllowedHost(request.headers.get('host'))
    ? NextResponse.next({ request: { headers: withNonce(request.headers, nonce, policy) } })
    : forbidden();
  const isSecure = request.nextUrl.protocol === 'https:';
  for (const [name, value] of safetyHeaders(policy, { isSecure }))
    response.headers.set(name, value);
  return response;
}

/** Next reads the nonce for its scripts from the request's policy; our own inline script takes it from x-nonce. */
function withNonce(headers: Headers, nonce: string, policy: string): Headers {
  const passed = new Headers(headers);
  passed.set('x-nonce', nonce);
  passed.set('content-security-policy', policy);
  return passed;
}

function forbidden(): NextResponse {
  const words =
    'This host name is not allowed. Use an IP address or localhost, or start Plumbline with PLUMBLINE_ALLOWED_HOST.';
  return new NextResponse(words, { status: 403, headers: { 'content-type': 'text/plain' } });
}
