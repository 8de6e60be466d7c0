import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { querySchema } from '#warehouse/query.ts';
import * as inputs from './inputs.ts';
import { procedure, router } from './procedure.ts';
import { stateRouter } from './state-router.ts';

/** What a page may ask: the warehouse's questions by their own names, each with its viewer. */
export const appRouter = router({
  answer: procedure
    .input(querySchema)
    .query(({ ctx, input }) => ctx.warehouse.answer(ctx.viewer, input)),
  rows: procedure
    .input(querySchema)
    .query(({ ctx, input }) => ctx.warehouse.rows(ctx.viewer, input)),
  receipt: procedure
    .input(querySchema)
    .query(({ ctx, input }) => ctx.warehouse.receipt(ctx.viewer, input)),
  trend: procedure
    .input(inputs.trend)
    .query(({ ctx, input: { query, weeks } }) => ctx.warehouse.trend(ctx.viewer, query, { weeks })),
  opportunities: procedure
    .input(inputs.opportunityList)
    .query(({ ctx, input }) => ctx.warehouse.opportunities(ctx.viewer, input)),
  openNames: procedure
    .input(inputs.openNames)
    .query(({ ctx, input }) => ctx.warehouse.openNames(ctx.viewer, input)),
  opportunity: procedure
    .input(inputs.lifeOf)
    .query(({ ctx, input: { id, ...when } }) => ctx.warehouse.opportunity(ctx.viewer, id, when)),
  accounts: procedure
    .input(inputs.accountList)
    .query(({ ctx, input }) => ctx.warehouse.accounts(ctx.viewer, input)),
  account: procedure
    .input(inputs.lifeOf)
    .query(({ ctx, input: { id, ...when } }) => ctx.warehouse.account(ctx.viewer, id, when)),
  search: procedure
    .input(inputs.search)
    .query(({ ctx, input }) => ctx.warehouse.search(ctx.viewer, input.text)),
  changes: procedure
    .input(inputs.changes)
    .query(({ ctx, input }) => ctx.warehouse.changes(ctx.viewer, input)),
  waterfall: procedure
    .input(inputs.waterfall)
    .query(({ ctx, input }) => ctx.warehouse.waterfall(ctx.viewer, input)),
  waterfallRows: procedure
    .input(inputs.waterfallRows)
    .query(({ ctx, input }) => ctx.warehouse.waterfallRows(ctx.viewer, input)),
  bridge: procedure
    .input(inputs.bridge)
    .query(({ ctx, input }) => ctx.warehouse.bridge(ctx.viewer, input)),
  bridgeRows: procedure
    .input(inputs.bridgeRows)
    .query(({ ctx, input }) => ctx.warehouse.bridgeRows(ctx.viewer, input)),
  since: procedure
    .input(inputs.since)
    .query(({ ctx, input }) => ctx.warehouse.since(ctx.viewer, input)),
  rewritten: procedure
    .input(inputs.rewritten)
    .query(({ ctx, input }) => ctx.warehouse.rewritten(ctx.viewer, input)),
  rewrittenRows: procedure
    .input(inputs.rewrittenRows)
    .query(({ ctx, input }) => ctx.warehouse.rewrittenRows(ctx.viewer, input)),
  vanished: procedure
    .input(inputs.vanished)
    .query(({ ctx, input }) => ctx.warehouse.vanished(ctx.viewer, input)),
  conversion: procedure
    .input(inputs.conversion)
    .query(({ ctx, input }) => ctx.warehouse.conversion(ctx.viewer, input)),
  conversionRows: procedure
    .input(inputs.conversionRows)
    .query(({ ctx, input }) => ctx.warehouse.conversionRows(ctx.viewer, input)),
  risks: procedure
    .input(inputs.risks)
    .query(({ ctx, input }) => ctx.warehouse.risks(ctx.viewer, input)),
  riskRules: procedure
    .input(inputs.riskRules)
    .query(({ ctx, input }) => ctx.warehouse.riskRules(ctx.viewer, input)),
  opportunityRisks: procedure
    .input(inputs.lifeOf)
    .query(({ ctx, input: { id, ...when } }) =>
      ctx.warehouse.opportunityRisks(ctx.viewer, id, when),
    ),
  twins: procedure
    .input(inputs.lifeOf)
    .query(({ ctx, input: { id, ...when } }) => ctx.warehouse.twins(ctx.viewer, id, when)),
  comparison: procedure
    .input(inputs.comparison)
    .query(({ ctx, input }) => ctx.warehouse.comparison(ctx.viewer, input)),
  comparisonRows: procedure
    .input(inputs.comparisonRows)
    .query(({ ctx, input }) => ctx.warehouse.comparisonRows(ctx.viewer, input)),
  person: procedure
    .input(inputs.lifeOf)
    .query(({ ctx, input: { id, ...when } }) => ctx.warehouse.person(ctx.viewer, id, when)),
  salesman: procedure
    .input(inputs.salesman)
    .query(({ ctx, input }) => ctx.warehouse.salesman(ctx.viewer, input)),
  stageRows: procedure
    .input(inputs.stageRows)
    .query(({ ctx, input }) => ctx.warehouse.stageRows(ctx.viewer, input)),
  fieldGrid: procedure
    .input(inputs.fieldGrid)
    .query(({ ctx, input }) => ctx.warehouse.fieldGrid(ctx.viewer, input)),
  stageAge: procedure
    .input(inputs.stageAge)
    .query(({ ctx, input }) => ctx.warehouse.stageAge(ctx.viewer, input)),
  stageAgeRows: procedure
    .input(inputs.stageAgeRows)
    .query(({ ctx, input }) => ctx.warehouse.stageAgeRows(ctx.viewer, input)),
  stageOdds: procedure
    .input(inputs.stageOdds)
    .query(({ ctx, input }) => ctx.warehouse.stageOdds(ctx.viewer, input)),
  forecast: procedure
    .input(inputs.forecast)
    .query(({ ctx, input }) => ctx.warehouse.forecast(ctx.viewer, input)),
  options: procedure.query(({ ctx }) => ctx.warehouse.options(ctx.viewer)),
  catalog: procedure.query(({ ctx }) => ctx.warehouse.catalog()),
  status: procedure.query(({ ctx }) => ctx.warehouse.status()),
  loads: procedure.query(({ ctx }) => ctx.warehouse.loads()),
  loading: procedure.query(({ ctx }) => ctx.warehouse.loading()),
  quarantine: procedure
    .input(inputs.quarantine)
    .query(({ ctx, input }) => ctx.warehouse.quarantine(ctx.viewer, input)),
  checks: procedure.query(({ ctx }) => ctx.warehouse.checks(ctx.viewer)),
  snapshots: procedure.query(({ ctx }) => ctx.warehouse.snapshots()),
  stages: procedure.query(({ ctx }) => ctx.warehouse.stages()),
  rates: procedure.query(({ ctx }) => ctx.warehouse.rates()),
  state: stateRouter,
});

export type AppRouter = typeof appRouter;
export type Inputs = inferRouterInputs<AppRouter>;
export type Outputs = inferRouterOutputs<AppRouter>;
