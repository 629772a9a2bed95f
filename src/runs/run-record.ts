import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {EventLogReader} from './event-log.js';
import {RunFolder} from './run-folder.js';
import {readRunInfo, type RunInfo} from './run-info.js';
import {foldEvents, initialRunState, type RunState} from './run-state.js';
import {entryAt} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {isMakerThere, lookAtTrainer} from './run-holder.js';
import {currentStatus, isEnded, type RunStatus} from './status.js';
import {mapLimited} from '../util/map-limited.js';

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
class RunFollower {
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
    if (this.#info === undefined || isBroken(this.#info)) this.#info = await this.#readInfo();
    await this.#readEvents();
    const info = this.#info;
    const isOpen = !isEnded(this.#state.status);
    const isHeld = isOpen && (await this.#isHeld(info));
    // A trainer writes its last event and then gives the lock back: what was missed is read now.
    if (isOpen && !isHeld) await this.#readEvents();
    const current = currentStatus(this.#state.status, isHeld);
    const isUnknown = isBroken(this.#info) && isOpen && current === 'crashed';
    const status = isUnknown ? 'unreadable' : current;
    return {folder: this.folder, info: this.#info, state: this.#state, status};
  }

  async #readEvents(): Promise<void> {
    try {
      const events = await this.#reader.readNew();
      if (events.length > 0) this.#state = foldEvents(this.#state, events);
    } catch (error) {
      if (this.#info === undefined || !isBroken(this.#info))
        this.#info = this.#broken(`events.jsonl: ${messageOf(error)}`);
    }
  }

  async #isHeld(info: RunRecord['info']): Promise<boolean> {
    if ((await lookAtTrainer(this.folder)).held) return true;
    // Until the trainer has said who it is, the program that is about to start it.
    const isStarting = this.#state.trainer === undefined;
    return isStarting && !isBroken(info) && isMakerThere(this.folder, info);
  }

  async #readInfo(): Promise<RunRecord['info']> {
    const info = await readRunInfo(this.folder);
    return isBroken(info) ? this.#broken(info.broken) : info;
  }

  /** The same object while it is the same trouble: nothing is drawn again for it. */
  #broken(broken: string): {readonly broken: string} {
    const before = this.#info;
    return before !== undefined && 'broken' in before && before.broken === broken
      ? before
      : {broken};
  }
}

export function readRun(folder: RunFolder): Promise<RunRecord> {
  return new RunFollower(folder).read();
}

export async function listRuns(runs: string): Promise<RunRecord[]> {
  return mapLimited((await listFolders(runs)).folders, readRun);
}

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

/** A run whose folder does not have the name any more that it was made with. */
type RunOrigin =
  /** Its folder was renamed; `id` is the name that it had. */
  | {readonly kind: 'renamed'; readonly id: string}
  /** Another folder holds the same run, under the name `id`. */
  | {readonly kind: 'copy'; readonly id: string};

/**
 * What became of a run's folder since it was made; undefined where it has the name that it had.
 * Its `run.json` says the name. Of several folders with the same one, that which has the name is
 * the run itself, or else the first one; the others are copies.
 *
 * @param records All runs of the folder.
 */
export function runOrigin(record: RunRecord, records: readonly RunRecord[]): RunOrigin | undefined {
  const id = madeAs(record);
  if (id === undefined || id === record.folder.id) return undefined;
  const itself = recordMadeAs(id, records);
  return itself === undefined || itself.folder.id === record.folder.id
    ? {kind: 'renamed', id}
    : {kind: 'copy', id: itself.folder.id};
}

/** The run that was made under this name, also where its folder was renamed since. */
export function recordMadeAs(id: string, records: readonly RunRecord[]): RunRecord | undefined {
  return (
    records.find(({folder}) => folder.id === id) ?? records.find(record => madeAs(record) === id)
  );
}

/** The runs without their copies, each of which would count a run twice. */
export function withoutCopies(
  records: readonly RunRecord[],
  all: readonly RunRecord[] = records,
): RunRecord[] {
  return records.filter(record => runOrigin(record, all)?.kind !== 'copy');
}

function madeAs({info}: RunRecord): string | undefined {
  return isBroken(info) ? undefined : info.id;
}

/** A finished run changes only when somebody resumes it: it is looked at every so many times. */
const FINISHED_EVERY = 5;

/** Follows all runs of a folder, also those that other programs write. */
export class RunsWatcher {
  readonly #runs: string;
  readonly #followers = new Map<string, {follower: RunFollower; record: RunRecord}>();
  #polls = 0;
  #records: readonly RunRecord[] = [];

  /** @param runs Folder of the runs; it need not exist yet. */
  constructor(runs: string) {
    this.#runs = runs;
  }

  /** The runs now, newest first; the same array while nothing changed. */
  async poll(): Promise<readonly RunRecord[]> {
    const patient = this.#polls++ % FINISHED_EVERY !== 0;
    const {folders} = await listFolders(this.#runs);
    const records: RunRecord[] = [];
    for (const folder of folders) records.push(await this.#read(folder, patient));
    this.#forgetAllBut(new Set(folders.map(({id}) => id)));
    const unchanged =
      records.length === this.#records.length &&
      records.every((record, index) => record === this.#records[index]);
    if (!unchanged) this.#records = records;
    return this.#records;
  }

  /** The record from before, while it says the same. */
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

  #forgetAllBut(present: ReadonlySet<string>): void {
    for (const id of this.#followers.keys()) if (!present.has(id)) this.#followers.delete(id);
  }
}

function isSame(a: RunRecord, b: RunRecord): boolean {
  return a.state === b.state && a.status === b.status && a.info === b.info;
}
