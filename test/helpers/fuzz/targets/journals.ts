import fc from 'fast-check';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';
import {planResume} from '../../../../src/app/resume.js';
import {showRuns} from '../../../../src/cli/runs.js';
import {
  JOURNAL_VERSION,
  readJournal,
  recordStopped,
  type JournalLine,
} from '../../../../src/runs/queue/journal.js';
import {journalFile} from '../../../../src/runs/run-holder.js';
import {dismissOffered} from '../../../../src/runs/queue/unfinished.js';
import {QueueJournal} from '../../../../src/runs/queue/queue-journal.js';
import {tinyExperiment} from '../../experiments.js';
import {temporaryFolder} from '../../temporary-folder.js';
import {expectPrintable, expectUserError, keptStreams} from '../handled.js';
import {hostileText, hostileValue} from '../hostile-text.js';
import {writeInterruptedRun} from '../../interrupted-run.js';
import {mutated, mutations, type Mutation} from '../mutations.js';
import {OutsideFolder, specialKinds, withoutSignals, type SpecialKind} from '../special-entries.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';

const top = temporaryFolder('fuzz-journals');
const runs = path.join(top, 'runs');
const outside = new OutsideFolder(path.join(top, 'outside'));
/** The newer queue is looked at first, and is the one that is broken. */
const BROKEN = '20260102-000000-0000abcd';
const SOUND = '20260101-000000-0000abcd';
const MAX_MEMORY_BYTES = 4_000_000_000;

const experiment = tinyExperiment();
const interrupted = writeInterruptedRun(runs, BROKEN);
const opened = {
  type: 'queue.opened',
  version: JOURNAL_VERSION,
  settings: {backend: 'auto', failFast: false},
} as const;
const job = {experiment, file: 'tiny', variant: {}};
const lines: readonly JournalLine[] = [
  opened,
  {type: 'items.added', items: ['1', '2', '3'].map(key => ({key, job}))},
  {type: 'item.started', key: '1', run: interrupted.id},
  {type: 'item.stopped', key: '2'},
  {type: 'items.ordered', keys: ['3', '1', '2']},
  {type: 'queue.detached', keys: ['1', '3']},
];
const whole = Buffer.from(lines.map(textOf).join(''));
const sound = [opened, {type: 'items.added', items: [{key: '1', job}]}].map(textOf).join('');

function textOf(line: unknown): string {
  return `\n${JSON.stringify(line)}\n`;
}

/** The journal of the broken queue, and what may stand beside it. */
const places = [
  `${BROKEN}.jsonl`,
  `${BROKEN}.lock`,
  `${BROKEN}.faulty`,
  'dismissed.json',
  'dismissed.jsonl',
  '__proto__.jsonl',
] as const;
type Place = (typeof places)[number];

type Change =
  | {readonly kind: 'bytes'; readonly changes: readonly Mutation[]}
  | {readonly kind: 'text'; readonly place: Place; readonly text: string}
  | {readonly kind: 'special'; readonly place: Place; readonly special: SpecialKind};

const pieces = [
  ...['{', '}', '[', ']', 'null', '1e400', ',,', '\\ud800', '\\u001b[2J'],
  ...[
    '"__proto__":{"polluted":1},',
    `"version":${JOURNAL_VERSION + 1},`,
    '"key":5,',
    '"run":"../../outside",',
  ],
  ...lines.map(textOf),
];
const deepPieces = ['[', '{"a":', '{"type":"items.ordered","keys":[', '{"type":"items.added","a":'];

/** A line of which one value, at any depth, is another. */
const hostileLine: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...lines), fc.nat(1000), fc.oneof(hostileText, hostileValue))
  .map(([line, at, value]) => textOf(withValue(line, at, value)));

function withValue(line: unknown, at: number, value: unknown): unknown {
  const count = valuesIn(line);
  let left = at % count;
  const visit = (node: unknown): unknown => {
    if (left-- === 0) return value;
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(line);
}

function valuesIn(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 1;
  return Object.values(node).reduce((sum: number, inner) => sum + valuesIn(inner), 1);
}

const journalText = fc.oneof(
  hostileText,
  fc.array(hostileLine, {minLength: 1, maxLength: 6}).map(texts => texts.join('')),
  fc
    .tuple(fc.constantFrom(...deepPieces), fc.integer({min: 1, max: 100_000}))
    .map(([piece, depth]) => piece.repeat(depth)),
  fc.tuple(fc.integer({min: 0, max: 5}), hostileLine).map(([at, line]) => {
    const texts = lines.map(textOf);
    texts.splice(at, 1, line);
    return texts.join('');
  }),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({kind: fc.constant('bytes' as const), changes: mutations(pieces)}),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('text' as const),
      place: fc.constant(places[0]),
      text: journalText,
    }),
  },
  fc.record({
    kind: fc.constant('text' as const),
    place: fc.constantFrom(...places),
    text: fc.oneof(hostileText, hostileValue.map(textOf), fc.constant(sound)),
  }),
  fc.record({
    kind: fc.constant('special' as const),
    place: fc.constantFrom(...places),
    special: fc.constantFrom(...specialKinds),
  }),
);

async function examine(changes: readonly Change[]): Promise<Outcome> {
  const folder = path.join(runs, '.queue');
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder);
  outside.reset();
  const broken = journalFile(runs, BROKEN);
  writeFileSync(broken, whole);
  writeFileSync(journalFile(runs, SOUND), sound);
  for (const item of changes) {
    if (item.kind === 'bytes') {
      rmSync(broken, {recursive: true});
      writeFileSync(broken, mutated(whole, item.changes));
    } else {
      const entry = path.join(folder, item.place);
      rmSync(entry, {recursive: true, force: true});
      if (item.kind === 'text') writeFileSync(entry, item.text);
      else outside.place(entry, item.special);
    }
  }
  const isRead = (await readJournal(runs, BROKEN)).journal !== undefined;
  const output = await withoutSignals(workOnQueues);
  outside.expectUntouched(output);
  expectPrintable(output);
  expect(({} as {polluted?: unknown}).polluted).toBeUndefined();
  expect(process.memoryUsage.rss()).toBeLessThan(MAX_MEMORY_BYTES);
  return isRead ? 'taken' : 'refused';
}

/** What commands do with the queues of a folder. @returns What they print. */
async function workOnQueues(): Promise<string> {
  const {stdout, stderr} = keptStreams();
  await recordStopped(runs, BROKEN, interrupted.id).catch((error: unknown) =>
    expect(error).toBeInstanceOf(Error),
  );
  for (const names of [[], [BROKEN]])
    await planOf(names).catch((error: unknown) => expectUserError(error, 1, 2));
  expect((await planOf([SOUND])).runs).toHaveLength(1);
  expect((await planOf([interrupted.id])).runs).toHaveLength(1);
  expect(await showRuns(runs, {stdout, stderr})).toBe(0);
  expect(stdout.text).toContain(interrupted.id);
  const {journal} = await readJournal(runs, BROKEN);
  const queue = new QueueJournal(runs, BROKEN, opened.settings, journal);
  try {
    await queue.open([]);
    queue.stopped('1');
  } catch (error) {
    expectUserError(error, 1);
  } finally {
    await queue.close();
  }
  await dismissOffered(runs).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
  return stdout.text + stderr.text;
}

function planOf(names: readonly string[]): ReturnType<typeof planResume> {
  return planResume(names, runs, {force: true});
}

export const journals: FuzzTarget = fuzzTarget<readonly Change[]>({
  name: 'journals',
  promise: 'a queue whose journal is broken blocks no command, and no other queue or run',
  quick: 30,
  inputs: fc.array(change, {minLength: 1, maxLength: 3}),
  examples: places.flatMap(place =>
    specialKinds.map(special => [{kind: 'special' as const, place, special}]),
  ),
  examine,
});
