import { createHash } from 'node:crypto';
import type { Config, ObjectConfig, SourceConfig } from './config.ts';
import { entryList } from './config.ts';
import type { Control } from './control.ts';
import { type InputFiles, findFiles } from './files.ts';
import { hashSource } from './land-copy.ts';
import type { LandInput } from './land.ts';
import { relative } from 'node:path';

/** One input of one source with the files that this load has to read. */
export interface ChosenInput {
  source: SourceConfig;
  input: LandInput;
  found: InputFiles;
  /** A file of it is new or changed, or is to be read in another way. */
  changed: boolean;
  /** Print of everything in the config that decides what its lines mean. */
  mapping: string;
}

/**
 * Which files have to be read: of dated files and deltas the new ones, of a full extract all when one is new, and
 * for a user's select all files of the inputs it names when anything of its source is new.
 */
export async function chooseInputs(
  config: Config,
  control: Control,
  report: (step: string) => void,
): Promise<ChosenInput[]> {
  const chosen: ChosenInput[] = [];
  for (const source of config.sources) {
    const landed = await control.landedFiles(source.name);
    const known = new Map(landed.map((file) => [`${file.input}/${file.file}`, file]));
    for (const [name, options] of Object.entries(source.inputs)) {
      const found = findFiles(source, name, options, config.zone);
      if (found.paths.length) report(`Comparing ${name}`);
      const mapping = mappingPrint(config, source, name);
      const fresh: string[] = [];
      for (const path of found.paths) {
        const { sha256 } = await hashSource(path);
        const before = known.get(`${name}/${relative(source.folder, path)}`);
        if (before?.sha256 !== sha256 || before.mapping !== mapping) fresh.push(path);
      }
      const isPart = found.dated || options.extract === 'delta';
      const input: LandInput = {
        source: source.name,
        name,
        paths: isPart ? fresh : found.paths,
        format: options.format,
        delimiter: options.delimiter,
        root: source.folder,
        force: true,
      };
      chosen.push({ source, input, found, changed: fresh.length > 0, mapping });
    }
  }
  return chosen.map((one) => widened(one, chosen));
}

/** Lines in quarantine are tried again when their mapping was mended; what they say under the same one is known. */
function mappingPrint({ zone, mask }: Config, source: SourceConfig, input: string): string {
  const { format, delimiter, extract } = source.inputs[input] ?? {};
  const entries = Object.entries(source.objects).flatMap(([object, entry]) =>
    entryList(entry)
      .filter(({ sql, input: name }) => name === input || (sql && mentions(sql, input)))
      .map(({ sql, extract: own, removed, columns, by }) => [
        object,
        sql,
        own,
        removed,
        columns,
        by,
      ]),
  );
  const meaning = [zone, mask, source.zone, format, delimiter, extract, entries];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex');
}

function widened(one: ChosenInput, all: ChosenInput[]): ChosenInput {
  const selects = Object.values(one.source.objects)
    .flatMap(entryList)
    .some((object) => object.sql && mentions(object.sql, one.input.name));
  const stirred = all.some((other) => other.source === one.source && other.changed);
  if (!selects || !stirred) return one;
  return { ...one, input: { ...one.input, paths: one.found.paths }, changed: true };
}

/** Whether a select reads the input of this name. */
export const mentions = (sql: string, name: string): boolean =>
  new RegExp(`(^|[^\\w.])"?${name}"?($|[^\\w])`, 'i').test(sql);

/** Whether what an entry reads is there; a select that reads no input (a list of values) goes along with any. */
export function isReadable(entry: ObjectConfig, landed: string[], inputs: string[]): boolean {
  const { sql } = entry;
  if (!sql) return landed.includes(entry.input as string);
  return !inputs.some((name) => mentions(sql, name)) || landed.some((name) => mentions(sql, name));
}
