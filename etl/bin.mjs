#!/usr/bin/env node
try {
  const { register } = await import('tsx/esm/api');
  register();
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('Plumbline is not installed yet. Run `npm ci` in its folder, then try again.');
  process.exit(1);
}
await import('./cli.ts');
