import {closeSync, writeFileSync} from 'node:fs';
import {rename} from 'node:fs/promises';
import * as z from 'zod';
import {Experiment} from '../../experiment/schema.js';
import {scalar} from '../../experiment/value-schemas.js';
import {isQueueHeld, journalFile, queuesWith} from '../run-holder.js';
import {JobTrial, UntilDecided} from '../searches.js';
import {openForAppendSync, readPlainFile} from '../../util/safe-file.js';
import {messageOf} from '../../util/user-error.js';

/** Changes when an older program would misunderstand what a newer one writes, or the reverse. */
export const JOURNAL_VERSION = 3;
/** A queue of ten thousand runs takes about 30 MB. */
const MAX_BYTES = 64_000_000;
const MAX_FAULT_CHARACTERS = 300;

/** One run to make: a combination of an experiment's matrix with one seed. */
export const RunJob = z.object({
  experiment: Experiment,
  /** The name in the file, before the matrix gave each combination its own. */
  file: z.string(),
  variant: z.record(z.string(), scalar),
  /** The file it came from: a queue that resumes compares it with the definition. */
  origin: z.object({path: z.string(), overrides: z.array(z.string()).readonly()}).optional(),
  /** The search that adds seeds to this run's design until its difference is decided. */
  untilDecided: UntilDecided.optional(),
  /** The trial of a search, which adds trials while it works. */
  trial: JobTrial.optional(),
});
export type RunJob = z.infer<typeof RunJob>;

/** The search that adds runs to the queue of a job: seeds until a difference is decided, or trials. */
export function searchOf({
  untilDecided,
  trial,
}: Pick<RunJob, 'untilDecided' | 'trial'>): string | undefined {
  return untilDecided?.id ?? trial?.id;
}

const QueueSettings = z.object({
  backend: z.string(),
  failFast: z.boolean(),
  /** Whether runs that a finished one answers are skipped, also those that are added later. */
  needed: z.boolean().optional(),
  /** Runs that train at the same time; one where it is left out. */
  jobs: z.number().int().min(1).optional(),
});
/** What all runs of a queue have in common, apart from their definitions. */
export type QueueSettings = z.infer<typeof QueueSettings>;

/** An array of tasks that a cluster trains. */
const SubmittedArray = z.object({
  /** Slurm's id of the array job. */
  job: z.string(),
  /** Slurm lists the jobs of this user. */
  user: z.string(),
  keys: z.array(z.string()),
});
export type SubmittedArray = Readonly<z.infer<typeof SubmittedArray>>;

const JournalLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('queue.opened'),
    version: z.literal(JOURNAL_VERSION),
    settings: QueueSettings,
  }),
  z.object({
    type: z.literal('items.added'),
    items: z.array(z.object({key: z.string(), job: RunJob})),
  }),
  z.object({type: z.literal('item.started'), key: z.string(), run: z.string()}),
  /** A cluster has an array of tasks, one for each of these keys in their order, from 0. */
  SubmittedArray.extend({type: z.literal('array.submitted')}),
  /** Somebody stopped this run and no other. */
  z.object({type: z.literal('item.stopped'), key: z.string()}),
  /** The keys of the remaining items, in their new order. */
  z.object({type: z.literal('items.ordered'), keys: z.array(z.string())}),
  /** The search with this id is decided, or has all its trials, or has used its budget. */
  z.object({type: z.literal('search.ended'), search: z.string()}),
  /** The interface was left while these runs were active or queued. */
  z.object({type: z.literal('queue.detached'), keys: z.array(z.string())}),
]);
export type JournalLine = z.infer<typeof JournalLine>;

/** What every line of any version has; only `queue.opened` tells the version. */
const LineHead = z.object({
  type: z.string(),
  version: z.number().default(JOURNAL_VERSION).catch(JOURNAL_VERSION),
});

type JournalItem = {
  readonly key: string;
  readonly job: RunJob;
  /** Id of its run, once it has started. */
  readonly run: string | undefined;
  /** Somebody stopped this run and no other: it stays stopped until they resume it. */
  readonly isStopped: boolean;
};

/** The contents of a journal: the runs of a queue, and the folder of each run that started. */
export type Journal = {
  readonly id: string;
  readonly settings: QueueSettings;
  readonly items: readonly JournalItem[];
  /** Keys of the runs that were active or queued when the interface was left. */
  readonly detached: readonly string[];
  /** Ids of the searches that add no runs any more. */
  readonly endedSearches: readonly string[];
  /** What was submitted to a cluster, oldest first. */
  readonly arrays: readonly SubmittedArray[];
};

/** A journal, or what is wrong with it; neither where there is none. */
type JournalReading = {
  readonly journal?: Journal;
  readonly fault?: string;
};

/** Ids of all queues, newest first. */
export async function queueIds(runs: string): Promise<string[]> {
  return (await queuesWith(runs)).sort().reverse();
}

/** Reads the journal of a queue. A faulty line is reported, never thrown. */
export async function readJournal(runs: string, id: string): Promise<JournalReading> {
  let text: string;
  try {
    text = (await readPlainFile(journalFile(runs, id), MAX_BYTES)).toString();
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing ? {} : {fault: messageOf(error)};
  }
  const lines: JournalLine[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const line = readLine(content);
    if (typeof line === 'string') return {fault: `line ${index + 1}: ${line}`};
    if (line !== undefined) lines.push(line);
  }
  const first = lines.findIndex(({type}) => type === 'queue.opened');
  const opened = lines[first];
  return opened?.type === 'queue.opened'
    ? {journal: {id, settings: opened.settings, ...foldLines(lines.slice(first))}}
    : {};
}

function foldLines(lines: readonly JournalLine[]): Omit<Journal, 'id' | 'settings'> {
  let items = new Map<string, JournalItem>();
  let detached: readonly string[] = [];
  const change = (key: string, changed: Partial<JournalItem>): void => {
    const item = items.get(key);
    if (item !== undefined) items.set(key, {...item, ...changed});
  };
  for (const line of lines) {
    if (line.type === 'item.started') change(line.key, {run: line.run});
    if (line.type === 'item.stopped') change(line.key, {isStopped: true});
    if (line.type === 'queue.detached') detached = line.keys;
    if (line.type === 'items.ordered') {
      const ordered = line.keys.flatMap(key => items.get(key) ?? []);
      items = new Map(ordered.map(item => [item.key, item]));
    }
    if (line.type === 'items.added')
      for (const {key, job} of line.items)
        if (!items.has(key)) items.set(key, {key, job, run: undefined, isStopped: false});
  }
  const endedSearches = lines.flatMap(line => (line.type === 'search.ended' ? [line.search] : []));
  const arrays = lines.filter(line => line.type === 'array.submitted');
  return {items: [...items.values()], detached, endedSearches, arrays};
}

/**
 * Parses one line of a journal.
 *
 * @returns undefined for a line that a kill tore, and for one that only a newer version knows; the
 *   fault where the line cannot be used.
 */
function readLine(text: string): JournalLine | string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const {data: head} = LineHead.safeParse(value);
  if (head === undefined) return 'it has no type';
  const {type, version} = head;
  if (version < JOURNAL_VERSION)
    return `an older version of celeba-tui wrote it. Expected journal version ${JOURNAL_VERSION}`;
  const isKnown = JournalLine.options.some(option => option.shape.type.value === type);
  if (version > JOURNAL_VERSION || !isKnown) return undefined;
  const {data, error} = JournalLine.safeParse(value);
  if (data !== undefined) return data;
  const {path: place, message} = error.issues[0] ?? {path: [], message: ''};
  return `${[type, ...place].join('.')}: ${message}`.slice(0, MAX_FAULT_CHARACTERS);
}

/** @throws Error where the journal cannot be written, or something else stands in its place. */
export function appendToJournal(runs: string, id: string, ...lines: JournalLine[]): void {
  const descriptor = openForAppendSync(journalFile(runs, id));
  try {
    // A line that a kill tore must not swallow the first one.
    writeFileSync(descriptor, `\n${lines.map(line => `${JSON.stringify(line)}\n`).join('')}`);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Records in the journal of a queue, which another process may work on, that somebody stopped one of
 * its runs. A process that resumes the queue leaves that run alone.
 */
export async function recordStopped(runs: string, id: string, run: string): Promise<void> {
  const {journal} = await readJournal(runs, id);
  const item = journal?.items.find(candidate => candidate.run === run);
  if (item !== undefined) appendToJournal(runs, id, {type: 'item.stopped', key: item.key});
}

/**
 * Moves a faulty journal out of the way, unless a process works on its queue.
 *
 * @returns What happened, for people.
 */
export async function setFaultyAside(runs: string, id: string, fault: string): Promise<string> {
  const text = `The journal of the queue ${id} cannot be used: ${fault}. Its runs can be resumed by their names.`;
  if (await isQueueHeld(runs, id)) return text;
  const target = journalFile(runs, id, 'faulty');
  try {
    await rename(journalFile(runs, id), target);
    return `${text} It is set aside as ${target}.`;
  } catch (error) {
    return `${text} It could not be set aside: ${messageOf(error)}`;
  }
}
