import {EventLogReader} from './event-log.js';
import {listFolders} from './list-folders.js';
import type {RunFolder} from './run-folder.js';
import {readRunInfo, type RunInfo} from './run-info.js';
import {foldEvents} from './fold-events.js';
import {initialRunState, type RunState} from './run-state.js';
import {messageOf} from '../util/user-error.js';
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

/** The folders of all runs, newest first, as `listFolders` finds them. */
export async function listRunFolders(runs: string): Promise<readonly RunFolder[]> {
  return (await listFolders(runs)).folders;
}

export async function listRuns(runs: string): Promise<RunRecord[]> {
  return mapLimited(await listRunFolders(runs), readRun);
}
