import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {entryAt} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {RunFolder} from './run-folder.js';
import {readRunInfo} from './run-info.js';

/** A run's folder is made with a name that begins with its start, to the second. */
const RUN_NAME = /^\d{8}-\d{6}-/;

type ListedFolders = {
  /** Newest first; a renamed one stands where it was. */
  readonly folders: readonly RunFolder[];
  /** Names of links to what looks like a run; they are not followed. */
  readonly links: readonly string[];
};

/**
 * The folders of all runs, none where the folder of the runs does not exist. A folder of any name
 * counts that holds a `run.json`: people rename and copy runs. Links are no runs: what is deleted
 * or read stays inside the folder.
 *
 * @throws UserError where the folder cannot be read.
 */
export async function listFolders(runs: string): Promise<ListedFolders> {
  const folders: {readonly folder: RunFolder; readonly madeAs: string}[] = [];
  const links: string[] = [];
  for (const entry of await entriesOf(runs)) {
    const {name} = entry;
    const folder = new RunFolder(path.join(runs, name));
    if (entry.isDirectory()) {
      const madeAs = await madeAsOf(folder);
      if (madeAs !== undefined) folders.push({folder, madeAs});
    } else if (entry.isSymbolicLink() && (RUN_NAME.test(name) || (await holdsRun(folder)))) {
      links.push(name);
    }
  }
  const byStart = folders.sort((a, b) => compareText(b.madeAs, a.madeAs));
  return {folders: byStart.map(({folder}) => folder), links: links.sort()};
}

/** The name that a run's folder was made with, which sorts by its start; undefined for no run. */
async function madeAsOf(folder: RunFolder): Promise<string | undefined> {
  const name = folder.id;
  if (RUN_NAME.test(name)) return name;
  if (name.startsWith('.') || !(await holdsRun(folder))) return undefined;
  const info = await readRunInfo(folder);
  // One that cannot be read has no time: it comes last.
  return 'broken' in info || !RUN_NAME.test(info.id) ? '' : info.id;
}

async function holdsRun(folder: RunFolder): Promise<boolean> {
  return (await entryAt(folder.info).catch(() => undefined)) !== undefined;
}

async function entriesOf(runs: string): ReturnType<typeof readEntries> {
  try {
    return await readEntries(runs);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UserError(`${runs}: the runs cannot be read: ${messageOf(error)}`, {
      hint: 'Name the folder of the runs with --runs DIR.',
      exitCode: 1,
      cause: error,
    });
  }
}

const readEntries = (folder: string) => readdir(folder, {withFileTypes: true});

/** By code unit, and by name where two were made as one. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
