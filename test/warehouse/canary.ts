import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Viewer } from '#warehouse/access.ts';
import { findCurrent, manifestSchema, snapshotPaths } from '#warehouse/snapshot.ts';

/** What stands in every cell that a viewer may not see. */
export const canary = 'CANARY';

/**
 * A copy of an installation that differs from it only in what this viewer may not see: other words, other amounts,
 * other days. Whatever he asks must have the same answer in both. Returns the copy's folder.
 */
export async function plantCanaries(dataDir: string, viewer: Viewer): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'plumbline-canary-'));
  cpSync(dataDir, copy, { recursive: true });
  const current = findCurrent(copy);
  if (!current) throw new Error(`nothing was loaded into ${dataDir}`);
  chmodSync(current.path, 0o600);
  const instance = await DuckDBInstance.create(current.path);
  const db = await instance.connect();
  for (const statement of changes(ownerOf(viewer))) await db.run(statement);
  await db.run('checkpoint');
  db.closeSync();
  instance.closeSync();
  publishAgain(copy, current.id);
  return copy;
}

/** The copy is whole, as its manifest says. */
function publishAgain(dataDir: string, id: string): void {
  const { file, manifest, pointer } = snapshotPaths(dataDir);
  const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
  const told = manifestSchema.parse(JSON.parse(readFileSync(manifest(id), 'utf8')));
  const bytes = readFileSync(file(id));
  const text = JSON.stringify({ ...told, sha256: sha256(bytes), bytes: statSync(file(id)).size });
  chmodSync(manifest(id), 0o600);
  writeFileSync(manifest(id), text);
  writeFileSync(pointer, JSON.stringify({ id, manifestSha256: sha256(text) }));
}

/** Whether a row with this owner is the viewer's, told apart from the code that is tested. */
function ownerOf({ salesman, scope }: Viewer): (id: string, path: string | null) => string {
  if (scope === 'all') return () => 'true';
  if (salesman === null) return () => 'false';
  return (id, path) =>
    scope === 'subtree' && path
      ? `coalesce(${id} = '${salesman}' or ${path} like '%/${salesman}/%', false)`
      : `coalesce(${id} = '${salesman}', false)`;
}

const words = (columns: string[]): string =>
  columns
    .map((column) => `${column} = '${canary} ${column} ' || coalesce(${column}, '')`)
    .join(', ');
const other = (columns: string[]): string =>
  columns.map((column) => `${column} = ${column} * 3 + 7`).join(', ');

const stateWords = [
  ...['name', 'category', 'next_step', 'lead_source', 'type', 'salesman', 'team', 'director'],
  ...['account', 'industry', 'region', 'segment'],
];

/**
 * Seen are: every version of what is the viewer's today, versions of a time when another thing was his, and what hangs
 * on either. Stages and outcomes stay, because rates are learned from everybody's.
 */
function changes(isOwn: (id: string, path: string | null) => string): string[] {
  const mine = isOwn('salesman_id', 'manager_path');
  const now = `select opportunity_id from opportunity_version where known_to = 'infinity' and valid_to = 'infinity' and ${mine}`;
  const ever = `select opportunity_id from opportunity_version where ${mine}`;
  const owners = `select user_id from user_version where ${isOwn('user_id', 'manager_path')}`;
  const accounts = `select account_id from opportunity_version where account_id is not null and ${mine} union select account_id from account_version where owner_id in (${owners})`;
  const hidden = `not ${mine} and opportunity_id not in (${now})`;
  const isLater = (instant: string) =>
    `not exists (from opportunity_version v where v.opportunity_id = x.opportunity_id and ${mine} and v.valid_to > ${instant})`;
  const isAfter = `x.opportunity_id not in (${now}) and ${isLater('x.valid_from')}`;
  const state = (table: string, more: string) =>
    `update ${table} set ${words(stateWords)}, ${other(['amount'])}, close_on = close_on + 400${more} where ${hidden}`;
  return [
    // What hangs on others is changed first, by who they still are.
    `update line_version x set ${words(['product', 'family'])} where ${isAfter}`,
    `update fact_activity x set ${words(['subject', 'status', 'type'])} where case when opportunity is not null then opportunity not in (${ever}) else coalesce(account not in (${accounts}), true) end`,
    `update fact_contact_role set ${words(['role'])} where opportunity not in (${ever})`,
    `update fact_contact set ${words(['name', 'title', 'email', 'phone'])} where coalesce(account not in (${accounts}), true)
      and id not in (select contact from fact_contact_role where contact is not null and opportunity in (${ever}))
      and id not in (select contact from fact_activity where contact is not null and opportunity in (${ever}))`,
    `update fact_lead set ${words(['name', 'company', 'status', 'source'])} where coalesce(account not in (${accounts}), true)`,
    `update account_version set ${words(['name', 'industry', 'region', 'segment', 'country'])} where account_id not in (${accounts})`,
    `update quota_version set ${other(['amount'])} where coalesce(salesman_id not in (${owners}), true)`,
    ...['opportunity', 'opportunity_month', 'closing', 'creation'].map((table) =>
      state(table, `, ${other(['amount_plan'])}`),
    ),
    `update pipeline_week set ${words(['salesman', 'team', 'director'])}, ${other(['n', 'money', 'typed', 'learned'])} where not ${mine}`,
    `update field_week set ${words(['industry', 'region', 'segment'])}, ${other(['n', 'money', 'typed', 'learned'])}`,
    `update dimension_value set ${words(['value'])} where not ${mine} and value is not null`,
    `update quarantine set ${words(['value', 'raw'])}`,
    `update check_result set ${words(['example'])} where example is not null`,
    // Last, because who sees what is told by it.
    `create temp table hidden_version as select rowid as row from opportunity_version where ${hidden}`,
    `update opportunity_version set ${words([...stateWords, 'loss_reason'])}, ${other(['amount'])}, close_on = close_on + 400 where rowid in (select row from hidden_version)`,
  ];
}
