import fc from 'fast-check';
import {cpSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';
import {planResume} from '../../../../src/app/resume.js';
import {showRuns} from '../../../../src/cli/runs.js';
import {isQueueHeld, journalFile} from '../../../../src/runs/run-holder.js';
import {signalTrainer} from '../../../../src/runs/queue/followed-trainer.js';
import {RunFolder} from '../../../../src/runs/run-folder.js';
import {assertNotTrained, lookAtTrainer} from '../../../../src/runs/run-holder.js';
import {moveToTrash} from '../../../../src/runs/trash.js';
import {describeHolder} from '../../../../src/util/lock-file.js';
import {HeldLock, removeStaleLock, tryLock} from '../../../../src/util/lock.js';
import {identityOf} from '../../../../src/util/process-identity.js';
import {temporaryFolder} from '../../temporary-folder.js';
import {expectPrintable, expectUserError, keptStreams} from '../handled.js';
import {hostileNumbers, hostileText, hostileValue} from '../hostile-text.js';
import {writeInterruptedRun} from '../../interrupted-run.js';
import {mutated, mutations, type Mutation} from '../mutations.js';
import {OutsideFolder, specialKinds, withoutSignals, type SpecialKind} from '../special-entries.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';

const top = temporaryFolder('fuzz-locks');
const runs = path.join(top, 'runs');
const outside = new OutsideFolder(path.join(top, 'outside'));
const QUEUE = '20260101-000000-0000abcd';
/** Longer ago than a lock that a kill left half-written is waited for. */
const LONG_AGO = new Date('2026-01-01T00:00:00Z');

const whole = writeInterruptedRun(path.join(top, 'whole'), QUEUE);

/** Processes that live and are no trainers: this one, its parent, and the first of the system. */
const processes = [process.pid, process.ppid, 1].map(identityOf);
const places = ['run', 'queue'] as const;
type Change = {readonly place: (typeof places)[number]; readonly isOld: boolean} & (
  | {readonly kind: 'bytes'; readonly holder: number; readonly changes: readonly Mutation[]}
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'special'; readonly special: SpecialKind}
);

const keys = ['pid', 'start', 'host', 'machine', 'boot', 'namespace', 'since', 'token'] as const;
const pids = fc.oneof(
  fc.constantFrom<unknown>(...hostileNumbers, -process.pid, process.pid, 1, '1', '-1'),
  fc.integer({min: -5, max: 5000}),
);
const hostileHolder = fc
  .tuple(
    fc.constantFrom(...processes),
    fc.array(fc.tuple(fc.constantFrom(...keys), fc.oneof(pids, hostileText, hostileValue)), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([holder, changes]) => JSON.stringify({...holder, ...Object.fromEntries(changes)}));
const deep = fc
  .tuple(fc.constantFrom('[', '{"pid":'), fc.integer({min: 1, max: 2000}))
  .map(([piece, depth]) => piece.repeat(depth));

const place = fc.constantFrom(...places);
const isOld = fc.boolean();
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      ...{place, isOld},
      kind: fc.constant('bytes' as const),
      holder: fc.nat(processes.length - 1),
      changes: mutations(['"pid":1,', '"pid":-1,', '"namespace":"pid:[1]",', '"boot":"b",', '}{']),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      ...{place, isOld},
      kind: fc.constant('text' as const),
      text: fc.oneof(
        {weight: 5, arbitrary: hostileHolder},
        pids.map(pid => JSON.stringify({pid})),
        hostileText,
        hostileValue.map(value => String(JSON.stringify(value))),
        deep,
      ),
    }),
  },
  fc.record({
    ...{place, isOld},
    kind: fc.constant('special' as const),
    special: fc.constantFrom(...specialKinds),
  }),
);

async function examine(changes: readonly Change[]): Promise<Outcome> {
  rmSync(runs, {recursive: true, force: true});
  outside.reset();
  const folder = new RunFolder(path.join(runs, whole.id));
  cpSync(whole.path, folder.path, {recursive: true});
  mkdirSync(path.join(runs, '.queue'));
  const queueLock = journalFile(runs, QUEUE, 'lock');
  for (const item of changes) put(item.place === 'run' ? folder.lock : queueLock, item);
  const before = readdirSync(folder.path);
  const output = await withoutSignals(() => workOn(folder, queueLock));
  outside.expectUntouched(output);
  expectPrintable(output);
  // Neither drafts nor locks that were put aside are left.
  for (const name of readdirSync(folder.path)) expect(before).toContain(name);
  const {held} = await lookAtTrainer(folder);
  const outcome = await withoutSignals(() => removeRun(folder));
  if (held) expect(outcome).toBe('refused');
  return held || (await isQueueHeld(runs, QUEUE)) ? 'taken' : outcome;
}

function put(file: string, item: Change): void {
  rmSync(file, {recursive: true, force: true});
  if (item.kind === 'special') return outside.place(file, item.special);
  const content =
    item.kind === 'text'
      ? item.text
      : mutated(Buffer.from(JSON.stringify(processes[item.holder])), item.changes);
  writeFileSync(file, content);
  if (item.isOld) utimesSync(file, LONG_AGO, LONG_AGO);
}

/** What commands do with a run and a queue that may be locked. @returns What they print. */
async function workOn(folder: RunFolder, queueLock: string): Promise<string> {
  const {stdout, stderr} = keptStreams();
  expect(await showRuns(runs, {stdout, stderr})).toBe(0);
  expect(stdout.text).toContain(folder.id);
  const refused = [
    await signalTrainer(folder, '/dist/trainer/main.js', 'SIGTERM'),
    await signalTrainer(folder, '/dist/trainer/main.js', 'SIGKILL'),
  ];
  await assertNotTrained(folder).catch((error: unknown) => expectUserError(error, 1));
  for (const file of [folder.lock, queueLock]) await takeAndRelease(file, stderr);
  await planResume([folder.id], runs, {force: true}).catch((error: unknown) =>
    expectUserError(error, 1, 2),
  );
  return [stdout.text, stderr.text, ...refused].join('\n');
}

async function takeAndRelease(file: string, stderr: NodeJS.WritableStream): Promise<void> {
  try {
    const lock = await tryLock(file);
    if (lock instanceof HeldLock) await lock.release();
    else stderr.write(`${describeHolder(lock.holder)}\n`);
    await removeStaleLock(file);
  } catch (error) {
    // Something else than a lock stands there.
    expect(error).toBeInstanceOf(Error);
  }
}

async function removeRun(folder: RunFolder): Promise<Outcome> {
  try {
    await moveToTrash(folder, LONG_AGO.getTime());
    return 'taken';
  } catch (error) {
    expectUserError(error, 1, 2);
    return 'refused';
  }
}

export const locks: FuzzTarget = fuzzTarget<readonly Change[]>({
  name: 'locks',
  promise: 'no process is signalled and no run is deleted that a lock holds, whatever is in a lock',
  quick: 30,
  inputs: fc.array(change, {minLength: 1, maxLength: 2}),
  examples: places.flatMap(at =>
    specialKinds.map(special => [
      {place: at, isOld: false, kind: 'special' as const, special} as const,
    ]),
  ),
  examine,
});
