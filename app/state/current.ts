import { env } from '../env.ts';
import { openState, type State } from './state.ts';

const opened = globalThis as typeof globalThis & { plumblineState?: State };

/** What people typed in the installation that this process serves; opened once, however often Next loads a module. */
export function state(): State {
  opened.plumblineState ??= openState(env.dataDir);
  return opened.plumblineState;
}
