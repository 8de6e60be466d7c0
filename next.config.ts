import type { NextConfig } from 'next';

const config: NextConfig = {
  distDir: process.env.DIST_DIR ?? '.next',
  output: process.env.STANDALONE ? 'standalone' : undefined,
  reactStrictMode: true,
  poweredByHeader: false,
  compress: true,
  devIndicators: false,
  typedRoutes: false,
  // Its redirect would pass the proxy by, and carry none of the headers.
  skipTrailingSlashRedirect: true,
  images: { unoptimized: true },
  turbopack: { root: import.meta.dirname },
  // Bundled, apache-arrow's circular imports break the build, and DuckDB loses its native library.
  serverExternalPackages: [
    '@duckdb/node-api',
    '@duckdb/node-bindings',
    '@libsql/client',
    'apache-arrow',
    'linkedom',
    'pino',
  ],
  // Native libraries that are loaded by a name made at run time, or linked to, are not traced.
  outputFileTracingIncludes: {
    '/**': [
      './node_modules/@duckdb/node-bindings-*/libduckdb.*',
      './node_modules/@duckdb/node-bindings-*/duckdb.dll',
      './node_modules/@libsql/{linux,darwin,win32}-*/*',
      './app/state/migrations/*.sql',
    ],
  },
};

export default config;
