import type { Cell, ExportFile } from './csv.ts';
import { moneyText } from './csv.ts';
import { makeId, short } from './ids.ts';
import { type Happening, type Opportunity, type State, stageOf } from './life.ts';
import { at } from './random.ts';
import { pipelines, products, renamed } from './market.ts';
import { roles } from './names.ts';
import { createRandom } from './random.ts';
import { day, dayText, instantText } from './time.ts';
import type { Book } from './book.ts';

const labelOf = (o: Opportunity, stage: State['stage']): string => stageOf(o.pipeline, stage).label;
const expected = (state: State): string | null =>
  moneyText(state.amount === null ? null : Math.round((state.amount * state.probability) / 100));
/** What the older API name of a forecast category is. */
const apiCategory: Record<string, string> = { 'Best Case': 'BestCase', Commit: 'Forecast' };

export function opportunityFile(book: Book): ExportFile {
  return {
    name: 'Opportunity.csv',
    columns: [
      'Id',
      'IsDeleted',
      'AccountId',
      'RecordType.Name',
      'Name',
      'StageName',
      'Amount',
      'Probability',
      'ExpectedRevenue',
      'CloseDate',
      'Type',
      'NextStep',
      'LeadSource',
      'IsClosed',
      'IsWon',
      'ForecastCategoryName',
      'OwnerId',
      'CreatedDate',
      'CreatedById',
      'LastModifiedDate',
      'SystemModstamp',
      'LastActivityDate',
      'CurrencyIsoCode',
      'Loss_Reason__c',
    ],
    rows: book.opportunities.map(({ o, state, last }) => [
      o.id,
      state.deleted,
      state.account,
      o.pipeline.name,
      o.name,
      labelOf(o, state.stage),
      moneyText(state.amount),
      book.impossible.has(o.id) ? 250 : state.probability,
      expected(state),
      dayText(state.closeOn),
      o.type,
      state.nextStep,
      o.leadSource,
      typeof state.stage === 'string',
      state.stage === 'won',
      state.category,
      state.owner,
      instantText(o.createdAt),
      o.createdBy,
      instantText(last),
      instantText(last),
      book.lastActivity.get(o.id) ?? null,
      o.currencyLost ? null : o.currency,
      state.lossReason,
    ]),
  };
}

const inStageHistory = ['stage', 'amount', 'probability', 'closeOn'] as const;

/** A row at the birth and at every change of stage, amount, probability or close date, with the new state. */
export function historyFile(book: Book): ExportFile {
  return {
    name: 'OpportunityHistory.csv',
    columns: [
      'Id',
      'OpportunityId',
      'CreatedDate',
      'CreatedById',
      'StageName',
      'Amount',
      'ExpectedRevenue',
      'CloseDate',
      'Probability',
      'ForecastCategory',
      'CurrencyIsoCode',
      'SystemModstamp',
      'IsDeleted',
    ],
    rows: historyRows(book),
  };
}

function* historyRows(book: Book): Generator<Cell[]> {
  for (const { o, state: now } of book.opportunities) {
    const state = {} as State;
    for (const happening of until(o, book.cut)) {
      Object.assign(state, happening.changes);
      if (happening.silent || !inStageHistory.some((name) => name in happening.changes)) continue;
      const label = labelOf(o, state.stage);
      yield [
        makeId('history', o.id, happening.at),
        short(o.id),
        instantText(happening.at),
        happening.by,
        label === renamed.to && happening.at < book.plan.renamedOn ? renamed.from : label,
        moneyText(state.amount),
        expected(state),
        dayText(state.closeOn),
        state.probability,
        apiCategory[state.category] ?? state.category,
        o.currencyLost ? null : o.currency,
        instantText(happening.at),
        now.deleted,
      ];
    }
  }
}

function* until(o: Opportunity, cut: number): Generator<Happening> {
  for (const happening of o.happenings) if (happening.at <= cut) yield happening;
}

/** Tracked from the start: owner (two rows, ids and names), account, next step, category. */
export function fieldHistoryFile(book: Book): ExportFile {
  return {
    name: 'OpportunityFieldHistory.csv',
    columns: [
      'Id',
      'OpportunityId',
      'Field',
      'DataType',
      'OldValue',
      'NewValue',
      'CreatedDate',
      'CreatedById',
      'IsDeleted',
    ],
    rows: fieldHistoryRows(book),
    crlf: true,
  };
}

function* fieldHistoryRows(book: Book): Generator<Cell[]> {
  for (const { o, state: now } of book.opportunities) {
    const state = {} as State;
    let first = true;
    for (const happening of until(o, book.cut)) {
      const rows = first ? birthRows(book, o, happening) : changedFields(book, state, happening);
      first = false;
      Object.assign(state, happening.changes);
      for (const [i, [field, type, before, after]] of rows.entries())
        yield [
          makeId('fieldHistory', o.id, happening.at, i, field),
          o.id,
          field,
          type,
          before,
          after,
          instantText(happening.at),
          happening.by,
          now.deleted,
        ];
    }
  }
}

type FieldChange = [field: string, type: string, before: string | null, after: string | null];

const birthRows = (book: Book, o: Opportunity, { changes }: Happening): FieldChange[] =>
  changes.owner && changes.owner !== o.createdBy
    ? [
        ['created', 'Text', null, null],
        ['ownerAssignment', 'Text', null, book.nameOf(changes.owner)],
      ]
    : [['created', 'Text', null, null]];

function changedFields(book: Book, before: State, { changes, silent }: Happening): FieldChange[] {
  const rows: FieldChange[] = [];
  if (silent) return rows;
  if (changes.owner !== undefined && changes.owner !== before.owner)
    rows.push(
      ['Owner', 'EntityId', before.owner, changes.owner],
      ['Owner', 'Text', book.nameOf(before.owner), book.nameOf(changes.owner)],
    );
  if (changes.account !== undefined && changes.account !== before.account)
    rows.push(['Account', 'EntityId', before.account, changes.account]);
  if (changes.nextStep !== undefined && changes.nextStep !== before.nextStep)
    rows.push(['NextStep', 'Text', before.nextStep, changes.nextStep]);
  if (changes.category !== undefined && changes.category !== before.category)
    rows.push(['ForecastCategoryName', 'DynamicEnum', before.category, changes.category]);
  return rows;
}

export function stageFile(): ExportFile {
  const rows = pipelines.flatMap((pipeline) =>
    [...pipeline.stages, pipeline.won, pipeline.lost].map((stage, i): Cell[] => [
      makeId('stage', pipeline.name, i),
      stage.label,
      stage.label,
      pipeline.name,
      10 * (i + 1),
      true,
      stage.outcome !== undefined,
      stage.outcome === 'won',
      stage.category,
      stage.probability,
    ]),
  );
  return {
    name: 'OpportunityStage.csv',
    columns: [
      'Id',
      'ApiName',
      'MasterLabel',
      'Pipeline__c',
      'SortOrder',
      'IsActive',
      'IsClosed',
      'IsWon',
      'ForecastCategoryName',
      'DefaultProbability',
    ],
    rows,
  };
}

/** Lines of seven opportunities in ten; their sum is the amount to the cent. */
export function lineFile(book: Book): ExportFile {
  return {
    name: 'OpportunityLineItem.csv',
    columns: [
      'Id',
      'OpportunityId',
      'Product2Id',
      'ProductCode',
      'Quantity',
      'UnitPrice',
      'TotalPrice',
      'CurrencyIsoCode',
      'CreatedDate',
      'IsDeleted',
    ],
    rows: lineRows(book),
  };
}

function* lineRows(book: Book): Generator<Cell[]> {
  for (const { o, state } of book.opportunities) {
    if (state.amount === null || !createRandom(book.plan.seed, 'lines', o.key).chance(0.72))
      continue;
    const whole = o.lines.reduce((sum, line) => sum + line.weight, 0);
    let left = state.amount;
    for (const [i, line] of o.lines.entries()) {
      const cents =
        i === o.lines.length - 1 ? left : Math.round((state.amount * line.weight) / whole);
      left -= cents;
      const product = at(products, line.index);
      yield [
        makeId('line', o.id, i),
        o.id,
        productId(book, line.index),
        productCode(product.name),
        line.quantity,
        moneyText(Math.round(cents / line.quantity)),
        moneyText(cents),
        o.currencyLost ? null : o.currency,
        instantText(o.createdAt + 60_000),
        state.deleted,
      ];
    }
  }
}

const productId = (book: Book, index: number): string => makeId('product', book.plan.seed, index);
const productCode = (name: string): string => `MW-${name.slice(0, 4).toUpperCase()}`;

export function productFile(book: Book): ExportFile {
  const rows = products.map((product, i): Cell[] => [
    productId(book, i),
    product.name,
    productCode(product.name),
    product.family,
    true,
    instantText(book.plan.start),
    false,
  ]);
  return {
    name: 'Product2.csv',
    columns: ['Id', 'Name', 'ProductCode', 'Family', 'IsActive', 'CreatedDate', 'IsDeleted'],
    rows,
  };
}

export function contactRoleFile(book: Book): ExportFile {
  return {
    name: 'OpportunityContactRole.csv',
    columns: ['Id', 'OpportunityId', 'ContactId', 'Role', 'IsPrimary', 'CreatedDate', 'IsDeleted'],
    rows: contactRoleRows(book),
  };
}

function* contactRoleRows(book: Book): Generator<Cell[]> {
  for (const { o, state } of book.opportunities) {
    const random = createRandom(book.plan.seed, 'contact roles', o.key);
    for (const [i, contact] of o.account.contacts.entries()) {
      const added = Math.max(o.createdAt, contact.createdAt) + random.int(25) * day + 120_000;
      const kept = random.chance(i === 0 ? 0.85 : 0.45) && added <= book.cut;
      const role = random.pick(roles);
      if (kept)
        yield [
          makeId('contactRole', o.id, contact.id),
          o.id,
          contact.id,
          role,
          i === 0,
          instantText(added),
          state.deleted,
        ];
    }
  }
}
