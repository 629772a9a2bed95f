import type {RunFolder} from './run-folder.js';
import {listRunFolders, RunFollower, type RunRecord} from './run-record.js';
import {isEnded} from './status.js';

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
    const folders = await listRunFolders(this.#runs);
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
    const known = this.#followers.get(folder.id);
    if (known !== undefined && patient && isEnded(known.record.status)) return known.record;
    const follower = known?.follower ?? new RunFollower(folder);
    const read = await follower.read();
    const record = known !== undefined && isSame(known.record, read) ? known.record : read;
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
