import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient, type Transaction } from '@libsql/client/sqlite3';
import { damaged, StateError } from './errors.ts';

/** In the order in which they run; a published one is never changed. */
const migrations = ['0001-entries.sql'];

/** From the folder in which Next runs: the bundler would turn a path beside this file into a web address. */
const textOf = (name: string): string =>
  readFileSync(join(process.cwd(), 'app', 'state', 'migrations', name), 'utf8');

export const schemaVersion = migrations.length;
/** Marks a SQLite file as a state file of ours ("PLST"). */
export const applicationId = 0x504c5354;

/** A database in memory with the schema of today and nothing in it. */
export async function openEmpty(): Promise<Client> {
  const client = createClient({ url: ':memory:' });
  await migrate(client);
  return client;
}

/**
 * Brings a state file to the schema of today, all steps in one transaction. Throws `newer-state` for a file that a
 * later version wrote, `damaged-state` for one that is not ours or not as the migrations left it.
 */
export async function migrate(client: Client): Promise<void> {
  const transaction = await client.transaction('write');
  try {
    const version = await versionOf(transaction);
    for (const name of migrations.slice(version)) await transaction.executeMultiple(textOf(name));
    await transaction.execute(`pragma application_id = ${applicationId}`);
    await transaction.execute(`pragma user_version = ${schemaVersion}`);
    await transaction.commit();
  } finally {
    transaction.close();
  }
}

/** Throws when the schema of a migrated file differs from what the migrations make. */
export async function checkSchema(client: Client): Promise<void> {
  const empty = await openEmpty();
  try {
    const [found, wanted] = [await schemaOf(client), await schemaOf(empty)];
    if (found !== wanted) throw damaged('its tables are not those that Plumbline made');
  } finally {
    empty.close();
  }
}

async function versionOf(transaction: Transaction): Promise<number> {
  const version = await pragma(transaction, 'user_version');
  const id = await pragma(transaction, 'application_id');
  const { rows } = await transaction.execute('select count(*) as n from sqlite_master');
  const isNew = version === 0 && id === 0 && rows[0]?.n === 0;
  if (!isNew && id !== applicationId) throw damaged('it is no state file of Plumbline');
  if (version > schemaVersion)
    throw new StateError(
      'newer-state',
      `state.db was written by a newer Plumbline (its schema is ${version}, this one knows ${schemaVersion}). Start that version, or put back a copy made before`,
    );
  if (!isNew && version < 1) throw damaged(`its schema version is ${version}`);
  return version;
}

async function pragma(transaction: Transaction, name: string): Promise<number> {
  const { rows } = await transaction.execute(`pragma ${name}`);
  return Number(rows[0]?.[0]);
}

async function schemaOf(client: Client): Promise<string> {
  const { rows } = await client.execute(
    'select hex(type), hex(name), hex(tbl_name), hex(sql) from sqlite_master order by name',
  );
  return rows.map((row) => [row[0], row[1], row[2], row[3]].join(' ')).join('\n');
}
