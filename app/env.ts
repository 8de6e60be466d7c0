/** The one place of this roof that reads the environment. */
export const env = {
  dataDir: process.env.PLUMBLINE_DATA ?? 'data',
  /** Names, besides IP literals and localhost, under which the server may be addressed. */
  allowedHosts: (process.env.PLUMBLINE_ALLOWED_HOST ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean),
  log: process.env.PLUMBLINE_LOG ?? 'info',
  /** How much memory kept answers may take. */
  cacheBytes: Number(process.env.PLUMBLINE_CACHE_MB ?? 64) * 2 ** 20,
  isDevelopment: process.env.NODE_ENV === 'development',
  /** Values that must never reach a log or an answer. */
  secrets: Object.entries(process.env)
    .filter(([name]) => /SECRET|TOKEN|PASSW|CREDENTIAL|PRIVATE|API_?KEY/i.test(name))
    .map(([, value]) => value ?? '')
    .filter((value) => value.length >= 6),
};
