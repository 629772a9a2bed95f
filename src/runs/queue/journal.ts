import {closeSync, writeSync} from 'node:fs';
import {rename} from 'node:fs/promises';
import path from 'node:path';
import {queueFolder} from '../run-holder.js';
import {isLocked} from '../../util/lock.js';
import {listPlainFolder, openForAppendSync, readPlainFile} from '../../util/safe-file.js';
import {assertNever} from '../../util/assert-never.js';
import {messageOf} from '../../util/user-error.js';
import {readLine, type JournalLine, type QueueSettings} from './journal-line.js';
import type {RunJob} from './queue-state.js';

/** A queue of ten thousand runs takes about 30 MB. */
const MAX_BYTES = 64_000_000;

type JournalItem = {
  readonly key: string;
  readonly job: RunJob;
  /** Id of its run, once it has started. */
  readonly run: string | undefined;
  /** Somebody stopped this run and no other: it stays so until they resume it. */
  readonly isStopped: boolean;
};

/** What a journal says: which runs there were to be, and which folder each started run has. */
export type Journal = {
  readonly id: string;
  readonly settings: QueueSettings;
  readonly items: readonly JournalItem[];
  /** Keys of the runs that ran or waited when the interface was left. */
  readonly left: readonly string[];
};

/** A journal, or what is wrong with it; neither where there is none. */
type JournalReading = {
  readonly journal?: Journal;
  readonly fault?: string;
};

/** Ids come from run folders and command lines, too: none leads out of the folder. */
const QUEUE_ID = /^[\w-]{1,100}$/;

/** @throws Error where this cannot be the id of a queue. */
export function journalFile(runs: string, id: string, ending = 'jsonl'): string {
  if (!QUEUE_ID.test(id)) throw new Error(`${id} is not the id of a queue`);
  return path.join(queueFolder(runs), `${id}.${ending}`);
}

/** Where a queue that goes on without a terminal says what happens. */
export function queueLog(runs: string, id: string): string {
  return journalFile(runs, id, 'log');
}

/** Ids of all queues, newest first. */
export async function queueIds(runs: string): Promise<string[]> {
  const entries = await listPlainFolder(queueFolder(runs)).catch(() => []);
  return entries
    .map(({name}) => name)
    .filter(name => name.endsWith('.jsonl'))
    .map(name => name.slice(0, -'.jsonl'.length))
    .filter(id => QUEUE_ID.test(id))
    .sort()
    .reverse();
}

/** Whether a process works on it now. */
export async function isQueueHeld(runs: string, id: string): Promise<boolean> {
  try {
    return await isLocked(journalFile(runs, id, 'lock'));
  } catch {
    return false;
  }
}

/** The journal of a queue, or undefined where there is none that can be read. */
export async function readJournal(runs: string, id: string): Promise<Journal | undefined> {
  return (await readJournalFile(runs, id)).journal;
}

/** The journal of a queue. Whoever wrote it: a faulty line is told, and never thrown. */
export async function readJournalFile(runs: string, id: string): Promise<JournalReading> {
  let text: string;
  try {
    text = (await readPlainFile(journalFile(runs, id), MAX_BYTES)).toString();
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing ? {} : {fault: messageOf(error)};
  }
  const folded: Folded = {journal: undefined, items: new Map()};
  for (const [index, line] of text.split('\n').entries()) {
    const read = readLine(line);
    if (typeof read === 'string') return {fault: `line ${index + 1}: ${read}`};
    if (read !== undefined) fold(folded, id, read);
  }
  const {journal, items} = folded;
  return journal === undefined ? {} : {journal: {...journal, items: [...items.values()]}};
}

type Folded = {journal: Omit<Journal, 'items'> | undefined; items: Map<string, JournalItem>};

function fold(folded: Folded, id: string, line: JournalLine): void {
  if (line.type === 'queue.opened') folded.journal ??= {id, settings: line.settings, left: []};
  if (folded.journal === undefined) return;
  const {items} = folded;
  const change = (key: string, changed: Partial<JournalItem>): void => {
    const item = items.get(key);
    if (item !== undefined) items.set(key, {...item, ...changed});
  };
  switch (line.type) {
    case 'queue.opened':
      return;
    case 'items.added':
      for (const {key, job} of line.items)
        if (!items.has(key)) items.set(key, {key, job, run: undefined, isStopped: false});
      return;
    case 'item.started':
      return change(line.key, {run: line.run});
    case 'item.stopped':
      return change(line.key, {isStopped: true});
    case 'items.ordered': {
      const ordered = line.keys.flatMap(key => items.get(key) ?? []);
      folded.items = new Map(ordered.map(item => [item.key, item]));
      return;
    }
    case 'queue.left':
      folded.journal = {...folded.journal, left: line.keys};
      return;
    default:
      return assertNever(line);
  }
}

/** @throws Error where the journal cannot be written, or something else stands in its place. */
export function appendToJournal(runs: string, id: string, line: JournalLine): void {
  const descriptor = openForAppendSync(journalFile(runs, id));
  try {
    // A line that a kill tore must not swallow this one.
    writeSync(descriptor, `\n${JSON.stringify(line)}\n`);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Notes in the journal of a queue, which another process may work on, that somebody stopped one of
 * its runs. Whoever goes on with the queue leaves that run alone.
 */
export async function recordStopped(runs: string, id: string, run: string): Promise<void> {
  const journal = await readJournal(runs, id);
  const item = journal?.items.find(candidate => candidate.run === run);
  if (item !== undefined) appendToJournal(runs, id, {type: 'item.stopped', key: item.key});
}

/**
 * Moves a faulty journal out of the way, unless a process works on it.
 *
 * @returns What happened, for people.
 */
export async function setFaultyAside(runs: string, id: string, fault: string): Promise<string> {
  const said = `The journal of the queue ${id} cannot be used: ${fault}. Its runs can be resumed by their names.`;
  if (await isQueueHeld(runs, id)) return said;
  const aside = journalFile(runs, id, 'faulty');
  try {
    await rename(journalFile(runs, id), aside);
    return `${said} It is set aside as ${aside}.`;
  } catch (error) {
    return `${said} It could not be set aside: ${messageOf(error)}`;
  }
}
