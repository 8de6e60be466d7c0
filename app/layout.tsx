import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Navigation } from './navigation.tsx';
import { ApiProvider } from './trpc-client.tsx';
import './app.css';

const inter = localFont({
  src: '../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-inter',
  display: 'swap',
});

/** Letters beyond western Europe come from a second file, which is fetched only when one is on the page. */
const interExtended = localFont({
  src: '../node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2',
  weight: '100 900',
  variable: '--font-inter-extended',
  display: 'swap',
  preload: false,
});

export const metadata: Metadata = {
  title: { default: 'Plumbline', template: '%s · Plumbline' },
  description: 'The honest sales pipeline',
};
export const viewport: Viewport = { colorScheme: 'light dark' };
export const dynamic = 'force-dynamic';

export default async function Layout({ children }: { children: ReactNode }) {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const theme = jar.get('theme')?.value;
  return (
    <html
      lang="en"
      className={`${inter.variable} ${interExtended.variable}`}
      data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}
    >
      <head>
        {/* Parts that place a style element of their own read the nonce here. */}
        <meta property="csp-nonce" nonce={head.get('x-nonce') ?? undefined} />
      </head>
      <body>
        <ApiProvider>
          <Navigation>{children}</Navigation>
        </ApiProvider>
      </body>
    </html>
  );
}
