import { defineConfig } from '@playwright/test';

const {
  PLUMBLINE_URL: baseURL = 'http://127.0.0.1:3000',
  PLUMBLINE_CHROMIUM: executablePath,
  PLUMBLINE_REPORT: outputFile,
} = process.env;

/** As root Chromium needs `--no-sandbox`; the others keep it from calling out by itself. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ...(outputFile ? [['json', { outputFile }] as const] : [])],
  use: {
    baseURL,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'off',
    launchOptions: {
      args: [...asRoot, ...quiet],
      ...(executablePath ? { executablePath } : {}),
    },
  },
});
