/** The vocabulary of a CRM: its objects and their columns, as every connector must deliver them. */
export type ColumnKind =
  | 'text'
  | 'money'
  | 'number'
  | 'probability'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'instant';

export interface CrmColumn {
  kind: ColumnKind;
  needed?: boolean;
  /** The object whose id this column holds. */
  refers?: CrmObject;
  /** Personal data: listed so that it can be masked. */
  personal?: boolean;
}

export type CrmObject =
  | 'account'
  | 'contact'
  | 'user'
  | 'role'
  | 'stage'
  | 'opportunity'
  | 'opportunity_stage_history'
  | 'opportunity_field_history'
  | 'contact_role'
  | 'product'
  | 'line'
  | 'activity'
  | 'quota'
  | 'rate'
  | 'lead';

export interface CrmObjectDefinition {
  columns: Record<string, CrmColumn>;
  /** The columns that identify one record; two rows with one key are versions of one record. */
  key: readonly string[];
}

const text = { kind: 'text' } as const;
const id = { kind: 'text', needed: true } as const;
const name = { kind: 'text', needed: true } as const;
const instant = { kind: 'instant' } as const;
const flag = { kind: 'boolean' } as const;
const money = { kind: 'money' } as const;
const refer = (refers: CrmObject) => ({ kind: 'text', refers }) as const;
const needRefer = (refers: CrmObject) => ({ kind: 'text', refers, needed: true }) as const;
const personal = { kind: 'text', personal: true } as const;

export const crmObjects: Record<CrmObject, CrmObjectDefinition> = {
  role: { key: ['id'], columns: { id, name, parent: refer('role') } },
  user: {
    key: ['id'],
    columns: {
      id,
      name,
      email: personal,
      role: refer('role'),
      manager: refer('user'),
      active: flag,
    },
  },
  stage: {
    key: ['pipeline', 'label'],
    columns: {
      label: name,
      pipeline: text,
      order: { kind: 'integer', needed: true },
      class: text,
      isClosed: flag,
      isWon: flag,
      probability: { kind: 'probability' },
      category: text,
      active: flag,
    },
  },
  product: { key: ['id'], columns: { id, name, code: text, family: text, active: flag } },
  account: {
    key: ['id'],
    columns: {
      id,
      name,
      parent: refer('account'),
      type: text,
      industry: text,
      region: text,
      segment: text,
      country: text,
      owner: refer('user'),
      createdAt: instant,
      deleted: flag,
      mergedInto: refer('account'),
    },
  },
  contact: {
    key: ['id'],
    columns: {
      id,
      name: personal,
      account: refer('account'),
      title: text,
      email: personal,
      phone: personal,
      createdAt: instant,
      deleted: flag,
    },
  },
  opportunity: {
    key: ['id'],
    columns: {
      id,
      name: text,
      account: refer('account'),
      salesman: refer('user'),
      stage: name,
      amount: money,
      currency: text,
      closeDate: { kind: 'date' },
      probability: { kind: 'probability' },
      createdAt: instant,
      closedAt: instant,
      pipeline: text,
      category: text,
      nextStep: text,
      leadSource: text,
      type: text,
      isClosed: flag,
      isWon: flag,
      deleted: flag,
      mergedInto: refer('opportunity'),
      lossReason: text,
      product: refer('product'),
      industry: text,
      region: text,
      segment: text,
      lastActivityOn: { kind: 'date' },
      modifiedAt: instant,
    },
  },
  opportunity_stage_history: {
    key: ['id', 'opportunity', 'at', 'stage', 'amount', 'closeDate', 'probability'],
    columns: {
      id: text,
      opportunity: needRefer('opportunity'),
      at: { kind: 'instant', needed: true },
      stage: name,
      amount: money,
      closeDate: { kind: 'date' },
      probability: { kind: 'probability' },
      category: text,
      deleted: flag,
    },
  },
  opportunity_field_history: {
    key: ['id', 'opportunity', 'at', 'field', 'newValue'],
    columns: {
      id: text,
      opportunity: needRefer('opportunity'),
      at: { kind: 'instant', needed: true },
      field: name,
      oldValue: text,
      newValue: text,
      by: refer('user'),
    },
  },
  contact_role: {
    key: ['opportunity', 'contact', 'role'],
    columns: {
      id: text,
      opportunity: needRefer('opportunity'),
      contact: needRefer('contact'),
      role: text,
      primary: flag,
      createdAt: instant,
      deleted: flag,
    },
  },
  line: {
    key: ['id'],
    columns: {
      id,
      opportunity: needRefer('opportunity'),
      product: needRefer('product'),
      amount: { kind: 'money', needed: true },
      quantity: { kind: 'number' },
      createdAt: instant,
      deleted: flag,
    },
  },
  activity: {
    key: ['id'],
    columns: {
      id,
      kind: text,
      opportunity: refer('opportunity'),
      account: refer('account'),
      contact: refer('contact'),
      salesman: refer('user'),
      subject: text,
      type: text,
      status: text,
      createdAt: instant,
      dueOn: { kind: 'date' },
      startsAt: instant,
      endsAt: instant,
      completedAt: instant,
      closed: flag,
      child: flag,
      deleted: flag,
    },
  },
  quota: {
    key: ['salesman', 'team', 'start', 'months'],
    columns: {
      id: text,
      salesman: refer('user'),
      team: refer('role'),
      start: { kind: 'date', needed: true },
      months: { kind: 'integer' },
      amount: { kind: 'money', needed: true },
      currency: text,
      createdAt: instant,
    },
  },
  rate: {
    key: ['kind', 'currency', 'startsOn'],
    columns: {
      currency: name,
      rate: { kind: 'number', needed: true },
      startsOn: { kind: 'date', needed: true },
      kind: text,
    },
  },
  lead: {
    key: ['id'],
    columns: {
      id,
      name: { kind: 'text', personal: true },
      company: text,
      status: text,
      source: text,
      industry: text,
      createdAt: instant,
      convertedAt: instant,
      converted: flag,
      account: refer('account'),
      contact: refer('contact'),
      opportunity: refer('opportunity'),
      salesman: refer('user'),
    },
  },
};

export const objectNames = Object.keys(crmObjects) as CrmObject[];

/** camelCase CRM column -> snake_case table column; `order` and `by` stay legal as quoted names. */
export const snake = (column: string): string =>
  column.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

const sqlTypes: Record<ColumnKind, string> = {
  text: 'varchar',
  money: 'decimal(18,2)',
  number: 'decimal(18,6)',
  probability: 'decimal(7,6)',
  integer: 'integer',
  boolean: 'boolean',
  date: 'date',
  instant: 'timestamp',
};

/** The DuckDB type in which a column of this kind is kept. */
export const sqlType = (kind: ColumnKind): string => sqlTypes[kind];
