/** The one place of this roof that reads the environment. */
export const env = {
  dataDir: process.env.PLUMBLINE_DATA ?? 'data',
  fault: process.env.PLUMBLINE_FAULT ?? null,
  log: process.env.PLUMBLINE_LOG ?? 'info',
};
