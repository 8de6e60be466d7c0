import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { globSync } from 'tinyglobby';
import { Temporal } from 'temporal-polyfill';
import type { InputConfig, SourceConfig } from './config.ts';
import { LoadError } from './errors.ts';

/** The files of one input, with the instant at which each was taken. */
export interface InputFiles {
  paths: string[];
  observedAt: Map<string, Date>;
  /** Every file says in its name which day it was taken. */
  dated: boolean;
}

const dayInName = /(?:^|[_.-])(\d{4}-\d{2}-\d{2})(?=[_.])/;

/** Finds the files of an input, absolute and in order of their names; throws when a needed one is not there. */
export function findFiles(
  source: SourceConfig,
  name: string,
  input: InputConfig,
  zone: string,
): InputFiles {
  if (!existsSync(source.folder))
    throw new LoadError(
      'bad-source',
      `source ${source.name}: the folder ${source.folder} does not exist. Give another with --files or "folder"`,
    );
  const paths = globSync(input.file, {
    cwd: source.folder,
    absolute: true,
    expandDirectories: false,
  }).sort();
  if (!paths.length && !input.optional)
    throw new LoadError(
      'bad-source',
      `source ${source.name}, input ${name}: no file ${input.file} in ${source.folder}`,
    );
  return {
    paths,
    observedAt: observedAt(source, paths, zone),
    dated: paths.every((path) => dayInName.test(basename(path))),
  };
}

/**
 * When an extract was taken: the day in the file's name (its end in the reporting zone), else the config's
 * `observedAt`, else the newest modification time of the files without a day, which are one extract in parts.
 */
function observedAt(source: SourceConfig, paths: string[], zone: string): Map<string, Date> {
  const undated = paths.filter((path) => !dayInName.test(basename(path)));
  const newest = new Date(
    Math.max(0, ...undated.map((path) => Math.trunc(statSync(path).mtimeMs))),
  );
  const whole = source.observedAt ? new Date(source.observedAt) : newest;
  return new Map(paths.map((path) => [path, dayOf(basename(path), zone) ?? whole]));
}

function dayOf(name: string, zone: string): Date | null {
  const day = dayInName.exec(name)?.[1];
  if (!day) return null;
  const end = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone);
  return new Date(end.epochMilliseconds - 1);
}
