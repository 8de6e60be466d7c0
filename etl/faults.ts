/** Points at which a kill test stops the loader, in the order in which a load passes them. */
export const faultPoints = [
  'land.before-copy',
  'land.while-copying',
  'land.after-copy',
  'land.before-rename',
  'land.after-rename',
  'land.before-lines',
  'land.after-rows',
  'land.after-lines',
  'control.after-lock',
  'control.after-sweep',
  'control.after-sequence',
  'control.before-record',
  'control.after-record',
  'publish.before-checkpoint',
  'publish.after-checkpoint',
  'publish.after-close',
  'publish.after-verify',
  'publish.after-fsync',
  'publish.after-hash',
  'publish.before-manifest',
  'publish.after-manifest',
  'publish.after-chmod',
  'publish.after-rename',
  'publish.after-directory',
  'publish.before-files',
  'publish.after-files',
  'publish.before-pointer',
  'publish.pointer-written',
  'publish.after-pointer',
  'publish.before-prune',
  'publish.after-prune',
] as const;

let armed: string | null = null;

/** Arms one fault point (a kill test passes its name through the environment); null disarms. */
export function setFault(name: string | null): void {
  armed = name;
}

/** Kills this process, as a power cut would, when the named point is armed. */
export function fault(name: string): void {
  if (name === armed) process.kill(process.pid, 'SIGKILL');
}
