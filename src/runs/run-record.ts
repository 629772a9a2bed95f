import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {EventLogReader} from './event-log.js';
import {RunFolder} from './run-folder.js';
import {readRunInfo, type RunInfo} from './run-info.js';
import {initialRunState, reduceRun, type RunState} from './run-state.js';
import {isProcessAlive, runStatus, type RunStatus} from './status.js';

/** All that a run's folder says, live or finished: one shape for both. */
export type RunRecord = {
  readonly folder: RunFolder;
  readonly info: RunInfo | {readonly broken: string};
  readonly state: RunState;
  readonly status: RunStatus;
};

export function isBroken(info: RunRecord['info']): info is {readonly broken: string} {
  return 'broken' in info;
}

/** Follows one run: replay first, then what is added to its log. */
export class RunFollower {
  readonly folder: RunFolder;
  readonly #reader: EventLogReader;
  #state: RunState;
  #info: RunRecord['info'] | undefined;

  constructor(folder: RunFolder) {
    this.folder = folder;
    this.#reader = new EventLogReader(folder.events);
    this.#state = initialRunState(folder.id);
  }

  async read(): Promise<RunRecord> {
    for (const event of await this.#reader.readNew()) this.#state = reduceRun(this.#state, event);
    if (this.#info === undefined || isBroken(this.#info))
      this.#info = await readRunInfo(this.folder);
    const status = runStatus(this.#state, isProcessAlive);
    return {folder: this.folder, info: this.#info, state: this.#state, status};
  }
}

export function readRun(folder: RunFolder): Promise<RunRecord> {
  return new RunFollower(folder).read();
}

/** A run's folder begins with its start, to the second. */
const RUN_NAME = /^\d{8}-\d{6}-/;

/** The folders of all runs, newest first; none where the folder does not exist. */
export async function listRunFolders(runs: string): Promise<RunFolder[]> {
  let entries;
  try {
    entries = await readdir(runs, {withFileTypes: true});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter(entry => entry.isDirectory() && RUN_NAME.test(entry.name))
    .map(entry => entry.name)
    .sort()
    .reverse()
    .map(name => new RunFolder(path.join(runs, name)));
}

export async function listRuns(runs: string): Promise<RunRecord[]> {
  return Promise.all((await listRunFolders(runs)).map(readRun));
}
