import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and gives its exit code. What it prints goes to stderr: stdout carries answers only.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal, shell?: boolean, stdio?: import("node:child_process").StdioOptions }} options
 * @returns {Promise<number>}
 */
export async function runChild(command, args, { signal, ...options }) {
  const child = spawn(command, args, {
    stdio: ['ignore', process.stderr.fd, 'inherit'],
    ...options,
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? 1));
    });
    signal?.throwIfAborted();
    return code;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
