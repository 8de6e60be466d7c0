import { headers } from 'next/headers';
import { cache } from 'react';
import type { Context } from './api/procedure.ts';
import { createCallerFactory } from './api/procedure.ts';
import { appRouter } from './api/router.ts';
import { viewerOf } from './session.ts';
import { state } from './state/current.ts';
import { warehouse } from './warehouse.ts';

const createCaller = createCallerFactory(appRouter);

/** The API in process, for server components: `const answer = await (await api()).answer(query)`. */
export const api = cache(async () => {
  const context: Context = {
    viewer: viewerOf(await headers()),
    warehouse: warehouse(),
    state: state(),
    mayWrite: false,
  };
  return createCaller(context);
});
