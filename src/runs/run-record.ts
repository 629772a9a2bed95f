import {sameItems} from '../util/same-items.js';
import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {EventLogReader} from './event-log.js';
import {RunFolder} from './run-folder.js';
import {readRunInfo, type InfoReading} from './run-info.js';
import {readRunNotes, type NotesReading} from './run-notes.js';
import {foldEvents, initialRunState, type RunState} from './run-state.js';
import {entryAt} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {
  clusterTask,
  statusOnCluster,
  withTaskFailure,
  type ClusterTask,
} from './cluster/cluster-state.js';
import {isMakerThere, lookAtTrainer} from './run-holder.js';
import {currentStatus, isEnded, resumesWithQueue, type RunStatus} from './status.js';
import {mapLimited} from '../util/map-limited.js';

/** The contents of a run's folder, of a live and of an ended run alike. */
export type RunRecord = InfoReading & {
  readonly folder: RunFolder;
  readonly state: RunState;
  readonly status: RunStatus;
  readonly notes: NotesReading;
  /** The task of a run on a cluster that has not come to its end. */
  readonly task?: ClusterTask | undefined;
};

/** Follows one run: the first call replays its log, further calls read the new events. */
class RunFollower {
  readonly folder: RunFolder;
  readonly #reader: EventLogReader;
  #state: RunState;
  #reading: InfoReading = {fault: 'run.json was not read'};
  #notes: NotesReading | undefined;

  constructor(folder: RunFolder) {
    this.folder = folder;
    this.#reader = new EventLogReader(folder.events, true);
    this.#state = initialRunState(folder.id);
  }

  async read(): Promise<RunRecord> {
    // Small files are read at once, which is faster by far; the interface answers keys between runs.
    await nextTurn();
    if (this.#reading.info === undefined) this.#reading = readRunInfo(this.folder);
    this.#notes = readRunNotes(this.folder, this.#notes);
    await this.#readEvents();
    const isOpen = !isEnded(this.#state.status);
    const task = await this.#task();
    const isHeld = isOpen && (await this.#isHeld(task));
    // A trainer writes its last event before it releases the lock: this reads what was missed.
    if (isOpen && !isHeld) await this.#readEvents();
    const {status: logged} = this.#state;
    if (task !== undefined) return this.#recordOnCluster(task, isHeld);
    const current = currentStatus(logged, isHeld);
    const isUnknown = this.#reading.info === undefined && isOpen && current === 'crashed';
    const status = isUnknown ? 'unreadable' : current;
    const [state, notes] = [this.#state, this.#notes];
    return {...this.#reading, folder: this.folder, state, status, notes};
  }

  async #task(): Promise<ClusterTask | undefined> {
    const {info} = this.#reading;
    const {status} = this.#state;
    if (info === undefined || (isEnded(status) && !resumesWithQueue(status))) return undefined;
    return clusterTask(path.dirname(this.folder.path), info);
  }

  #recordOnCluster(task: ClusterTask, isHeld: boolean): RunRecord {
    const status = statusOnCluster(this.#state, isHeld, task);
    const state = withTaskFailure(this.#state, status, task);
    const notes = this.#notes ?? readRunNotes(this.folder);
    return {...this.#reading, folder: this.folder, state, status, notes, task};
  }

  async #readEvents(): Promise<void> {
    try {
      const events = await this.#reader.readNew();
      if (events.length > 0) this.#state = foldEvents(this.#state, events);
    } catch (error) {
      if (this.#reading.info !== undefined)
        this.#reading = {fault: `events.jsonl: ${messageOf(error)}`};
    }
  }

  async #isHeld(task: ClusterTask | undefined): Promise<boolean> {
    if ((await lookAtTrainer(this.folder)).held) return true;
    if (task !== undefined) return false;
    // Before the trainer has started, the program that will start it counts.
    const {info} = this.#reading;
    const isStarting = this.#state.trainer === undefined;
    return isStarting && info !== undefined && isMakerThere(this.folder, info);
  }
}

export function readRun(folder: RunFolder): Promise<RunRecord> {
  return new RunFollower(folder).read();
}

/** Reads all runs, newest first. @throws UserError where the folder cannot be read. */
export async function listRuns(runs: string): Promise<RunRecord[]> {
  return newestFirst(await mapLimited((await listFolders(runs)).folders, readRun));
}

/** The name of a run's folder begins with the second of its start. */
const RUN_NAME = /^\d{8}-\d{6}-/;
const SECOND_CHARACTERS = 15;

/** Sorts runs of one second, whose names do not tell, by the times in their `run.json`. */
function newestFirst(records: readonly RunRecord[]): RunRecord[] {
  const startOf = ({folder, info}: RunRecord): string => {
    const name = RUN_NAME.test(folder.id) ? folder.id : (info?.id ?? '');
    return `${name.slice(0, SECOND_CHARACTERS)} ${info?.started ?? ''}`;
  };
  const starts = new Map(records.map(record => [record, startOf(record)]));
  return records.toSorted((a, b) => descending(starts.get(a)!, starts.get(b)!));
}

/** By code unit. */
function descending(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}

type ListedFolders = {
  /** Newest first; a renamed folder keeps its place. */
  readonly folders: readonly RunFolder[];
  /** Names of links to what looks like a run; they are not followed. */
  readonly links: readonly string[];
};

/**
 * Lists the folders of all runs; none where the folder of the runs does not exist. Any folder with a
 * `run.json` is a run, since people rename and copy runs. A link is none: nothing outside the folder
 * is read or deleted.
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
  folders.sort((a, b) => descending(a.madeAs, b.madeAs));
  return {folders: folders.map(({folder}) => folder), links: links.sort()};
}

/** The original name of a run's folder, which sorts by its start; undefined where it is no run. */
async function madeAsOf(folder: RunFolder): Promise<string | undefined> {
  const name = folder.id;
  if (RUN_NAME.test(name)) return name;
  if (name.startsWith('.') || !(await holdsRun(folder))) return undefined;
  const {info} = readRunInfo(folder);
  // A run that cannot be read has no time and comes last.
  return info !== undefined && RUN_NAME.test(info.id) ? info.id : '';
}

async function holdsRun(folder: RunFolder): Promise<boolean> {
  return (await entryAt(folder.info).catch(() => undefined)) !== undefined;
}

async function entriesOf(runs: string) {
  try {
    return await readdir(runs, {withFileTypes: true});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UserError(`${runs}: the runs cannot be read: ${messageOf(error)}`, {
      hint: 'Name the folder of the runs with --runs DIR.',
      exitCode: 1,
      cause: error,
    });
  }
}

/**
 * Tells whether a run's folder was renamed, or is a copy of another one; undefined where it has its
 * original name, which `run.json` records. Of several folders with the same original name, the one
 * that still has it is the run itself, else the first one; the others are copies.
 *
 * @param records All runs of the folder.
 * @returns       `id` is the original name of a renamed folder, and the run that a copy is of.
 */
export function runOrigin(
  record: RunRecord,
  records: readonly RunRecord[],
): {readonly kind: 'renamed' | 'copy'; readonly id: string} | undefined {
  const id = record.info?.id;
  if (id === undefined || id === record.folder.id) return undefined;
  const itself = recordMadeAs(id, records);
  return itself === undefined || itself.folder.id === record.folder.id
    ? {kind: 'renamed', id}
    : {kind: 'copy', id: itself.folder.id};
}

/** The run with this original name, also where its folder was renamed since. */
export function recordMadeAs(id: string, records: readonly RunRecord[]): RunRecord | undefined {
  return records.find(({folder}) => folder.id === id) ?? records.find(({info}) => info?.id === id);
}

/** The runs without copies, which would count a run twice. */
export function withoutCopies(
  records: readonly RunRecord[],
  all: readonly RunRecord[] = records,
): RunRecord[] {
  return records.filter(record => runOrigin(record, all)?.kind !== 'copy');
}

/** An ended run only changes when somebody resumes it: every fifth poll reads it again. */
const ENDED_EVERY = 5;

/** Follows all runs of a folder, also those that other programs write. */
export class RunsWatcher {
  readonly #runs: string;
  readonly #followers = new Map<string, {follower: RunFollower; record: RunRecord}>();
  /** Counts from the last time that all runs were read. */
  #polls = 0;
  #records: readonly RunRecord[] = [];
  #current: Promise<readonly RunRecord[]> | undefined;
  #waiting: Promise<readonly RunRecord[]> | undefined;

  /** @param runs Folder of the runs; it need not exist yet. */
  constructor(runs: string) {
    this.#runs = runs;
  }

  /**
   * Returns the runs, newest first; the same array while nothing changed. Two polls at once would read
   * the same events twice, so the second waits for the first; further ones are the same as the second.
   *
   * @param limit Number of runs to read, the newest ones.
   */
  poll(limit = Infinity): Promise<readonly RunRecord[]> {
    const before = this.#current;
    this.#waiting ??= (async () => {
      await before?.catch(() => undefined);
      this.#current = this.#waiting;
      this.#waiting = undefined;
      return this.#readAll(limit);
    })();
    return this.#waiting;
  }

  /** Makes the next poll read ended runs, too, because this program changed one. */
  readAllNext(): void {
    this.#polls = 0;
  }

  async #readAll(limit: number): Promise<readonly RunRecord[]> {
    const patient = this.#polls++ % ENDED_EVERY !== 0;
    const folders = (await listFolders(this.#runs)).folders.slice(0, limit);
    const records = newestFirst(await mapLimited(folders, folder => this.#read(folder, patient)));
    const ids = new Set(folders.map(({id}) => id));
    for (const id of this.#followers.keys()) if (!ids.has(id)) this.#followers.delete(id);
    return (this.#records = sameItems(this.#records, records));
  }

  /** Returns the former record while nothing changed. */
  async #read(folder: RunFolder, patient: boolean): Promise<RunRecord> {
    const followed = this.#followers.get(folder.id);
    if (followed !== undefined && patient && isEnded(followed.record.status))
      return followed.record;
    const follower = followed?.follower ?? new RunFollower(folder);
    const read = await follower.read();
    const record = followed !== undefined && isSame(followed.record, read) ? followed.record : read;
    this.#followers.set(folder.id, {follower, record});
    return record;
  }
}

function isSame(a: RunRecord, b: RunRecord): boolean {
  const keys = ['state', 'status', 'info', 'fault', 'notes', 'task'] as const;
  return keys.every(key => a[key] === b[key]);
}
