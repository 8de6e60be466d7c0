import type { Options } from '#warehouse/answers.ts';
import { api } from './trpc.ts';
import { type Params, readView, type View } from './view.ts';

export interface Opened {
  params: Params;
  options: Options;
  view: View;
  ask: Awaited<ReturnType<typeof api>>;
}

/** What every page begins with: the address read, and the API as its viewer. */
export async function openPage(searchParams: Promise<Params>): Promise<Opened> {
  const [params, ask] = await Promise.all([searchParams, api()]);
  const options = await ask.options();
  return { params, options, view: readView(params, options), ask };
}
