import {readFile, readdir} from 'node:fs/promises';
import path from 'node:path';
import {Experiment} from '../experiment/schema.js';
import {isLocked} from '../util/lock.js';
import type {RunJob} from './queue-state.js';

/** What all runs of a queue have in common, apart from their definitions. */
export type QueueSettings = {
  /** Takes the place of `data.root`, as a full path. */
  readonly data?: string | undefined;
  readonly backend: string;
  readonly failFast: boolean;
};

export type JournalLine =
  | {readonly type: 'queue.opened'; readonly version: 1; readonly settings: QueueSettings}
  | {
      readonly type: 'items.added';
      readonly items: readonly {readonly key: string; readonly job: RunJob}[];
    }
  | {readonly type: 'item.begun'; readonly key: string; readonly run: string}
  /** The keys that are left, in their order. */
  | {readonly type: 'items.ordered'; readonly keys: readonly string[]};

/** What a journal says: which runs there were to be, and which folders those begun have. */
export type Journal = {
  readonly id: string;
  readonly settings: QueueSettings;
  readonly items: readonly {
    readonly key: string;
    readonly job: RunJob;
    /** Id of its run, once it has begun. */
    readonly run: string | undefined;
  }[];
};

/** Hidden beside the runs: it is of no use without them. */
const FOLDER = '.queue';

export function journalFile(runs: string, id: string, ending = 'jsonl'): string {
  return path.join(runs, FOLDER, `${id}.${ending}`);
}

/** Where a queue that goes on without a terminal says what happens. */
export function queueLog(runs: string, id: string): string {
  return journalFile(runs, id, 'log');
}

/** Ids of all queues, newest first. */
export async function queueIds(runs: string): Promise<string[]> {
  const names = await readdir(path.join(runs, FOLDER)).catch(() => []);
  return names
    .filter(name => name.endsWith('.jsonl'))
    .map(name => name.slice(0, -'.jsonl'.length))
    .sort()
    .reverse();
}

/** Whether a process works on it now. */
export function isQueueHeld(runs: string, id: string): Promise<boolean> {
  return isLocked(journalFile(runs, id, 'lock')).catch(() => false);
}

/** The journal of a queue, or undefined where there is none that can be read. */
export async function readJournal(runs: string, id: string): Promise<Journal | undefined> {
  let text: string;
  try {
    text = await readFile(journalFile(runs, id), 'utf8');
  } catch {
    return undefined;
  }
  return text.split('\n').flatMap(parseLine).reduce<Journal | undefined>(reducer(id), undefined);
}

function parseLine(text: string): JournalLine[] {
  try {
    const line = JSON.parse(text) as JournalLine;
    // A definition that somebody made nonsense of is refused like a torn line.
    if (line.type === 'items.added')
      line.items.forEach(({job}) => Experiment.parse(job.experiment));
    return typeof line === 'object' && line !== null ? [line] : [];
  } catch {
    return [];
  }
}

function reducer(
  id: string,
): (journal: Journal | undefined, line: JournalLine) => Journal | undefined {
  return (journal, line) => {
    if (line.type === 'queue.opened') return journal ?? {id, settings: line.settings, items: []};
    if (journal === undefined) return undefined;
    const {items} = journal;
    switch (line.type) {
      case 'items.added':
        return {
          ...journal,
          items: [...items, ...line.items.map(one => ({...one, run: undefined}))],
        };
      case 'item.begun':
        return {
          ...journal,
          items: items.map(one => (one.key === line.key ? {...one, run: line.run} : one)),
        };
      case 'items.ordered':
        return {
          ...journal,
          items: line.keys.flatMap(key => items.filter(one => one.key === key)),
        };
      default:
        return journal;
    }
  };
}
