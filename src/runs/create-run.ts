import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {UserError, messageOf} from '../util/user-error.js';
import type {Random} from '../util/random.js';
import {writeAtomic} from '../util/write-atomic.js';
import {RunFolder} from './run-folder.js';
import {SCHEMA_VERSION, type RunInfo} from './run-info.js';

const ATTEMPTS = 20;

export type NewRun = {
  readonly name: string;
  /** The resolved definition, as YAML. */
  readonly definition: string;
  readonly info: Omit<RunInfo, 'schemaVersion' | 'id' | 'started'>;
};

/**
 * Makes the folder of a new run, with its definition and `run.json`.
 *
 * @param now Milliseconds since 1970; the folder's name begins with it, in UTC.
 */
export async function createRun(
  runs: string,
  run: NewRun,
  {now, random}: {readonly now: () => number; readonly random: Random},
): Promise<RunFolder> {
  const started = new Date(now());
  const folder = await makeFolder(runs, run.name, started, random);
  const info: RunInfo = {
    schemaVersion: SCHEMA_VERSION,
    id: folder.id,
    started: started.toISOString(),
    ...run.info,
  };
  await writeAtomic(folder.experiment, run.definition);
  await writeAtomic(folder.info, `${JSON.stringify(info, null, 2)}\n`);
  return folder;
}

/** `mkdir` of a name that exists fails: two programs that start at once never share a folder. */
async function makeFolder(
  runs: string,
  name: string,
  started: Date,
  random: Random,
): Promise<RunFolder> {
  try {
    await mkdir(runs, {recursive: true});
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const folder = path.join(runs, `${stamp(started)}-${name}-${suffix(random)}`);
      try {
        await mkdir(folder);
        return new RunFolder(folder);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw new UserError(`${runs}: a run's folder could not be made: ${messageOf(error)}`, {
      hint: 'Name a folder that can be written to with --runs DIR.',
      exitCode: 1,
      cause: error,
    });
  }
  throw new UserError(`${runs}: no free name for a run's folder was found in ${ATTEMPTS} tries.`, {
    hint: 'Name another folder with --runs DIR.',
    exitCode: 1,
  });
}

/** `20261124-143205`, in UTC. */
export function stamp(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '-');
}

function suffix(random: Random): string {
  return Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
}
