import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {serialize} from 'node:v8';
import fc from 'fast-check';
import {expect} from 'vitest';
import {RunFolder} from '../../../../src/runs/run-folder.js';
import {
  CHECKPOINT_NAME,
  checkpointFlaw,
  writeCheckpoint,
  type Checkpoint,
} from '../../../../src/training/checkpoint.js';
import {continuationOf} from '../../../../src/training/trainer/continuation.js';
import {expectPrintable, expectUserError} from '../handled.js';
import {hostileNumbers, hostileText, hostileValue} from '../hostile-text.js';
import {mutated, mutations, type Mutation} from '../mutations.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';
import {temporaryFolder} from '../../temporary-folder.js';

const CONFIG = '0123456789ab';
const array = (name: string): {name: string; shape: number[]; values: Float32Array} => ({
  ...{name, shape: [2, 3]},
  values: Float32Array.of(1, 2, 3, 4, 5, 6),
});
const metrics = {loss: 0.5, heads: {Male: {loss: 0.5, accuracy: 0.75}}};
const whole: Checkpoint = {
  version: 4,
  config: CONFIG,
  ended: [
    {
      name: 'Male',
      heads: ['Male'],
      probabilities: {validation: Float32Array.of(0.25, 1), test: Float32Array.of(0.5)},
      stoppedEarly: false,
    },
  ],
  progress: {
    model: 'Smiling',
    epoch: 3,
    batches: 2,
    sums: {headLosses: [1], headCorrect: [3], loss: 1, images: 4},
    state: {weights: [array('w')], optimizer: [array('w/m'), array('w/v')], steps: 9},
    best: {epoch: 2, cost: 0.5, epochsSince: 0},
    bestResult: {weights: [array('w')], train: metrics, validation: metrics},
    epochSeconds: 1,
    seconds: 2,
  },
  seconds: 3,
};

const folder = new RunFolder(temporaryFolder('fuzz-checkpoint'));
const file = path.join(folder.checkpoints, CHECKPOINT_NAME);
await writeCheckpoint(folder.checkpoints, whole);
const bytes = readFileSync(file);
const payload = bytes.subarray(32);

type Case =
  | {readonly kind: 'bytes'; readonly changes: readonly Mutation[]}
  /** With a checksum that fits: another version, or somebody who knows how. */
  | {readonly kind: 'payload'; readonly changes: readonly Mutation[]}
  | {readonly kind: 'value'; readonly place: number; readonly value: unknown}
  /** Another value of the kind that is there. */
  | {readonly kind: 'alike'; readonly place: number; readonly number: number; readonly text: string}
  | {readonly kind: 'folder'}
  | {readonly kind: 'missing'};

/** Every place in the checkpoint that a value can be put at. */
function places(value: unknown, above: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || value instanceof Float32Array) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    [...above, key],
    ...places(item, [...above, key]),
  ]);
}
const everywhere = places(whole);

/** The whole checkpoint with one value made from what was there. */
function withValue(place: number, valueFor: (before: unknown) => unknown): unknown {
  const keys = everywhere[place % everywhere.length] as string[];
  const copy: unknown = structuredClone(whole);
  let holder = copy as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  const last = keys.at(-1) as string;
  holder[last] = valueFor(holder[last]);
  return copy;
}

function alike(before: unknown, number: number, text: string): unknown {
  if (typeof before === 'number') return number;
  if (typeof before === 'string') return text;
  if (typeof before === 'boolean') return !before;
  if (before instanceof Float32Array) return before.map(value => value * number);
  if (!Array.isArray(before)) return before;
  const items: readonly unknown[] = before;
  return [...items, ...items].slice(0, number);
}

function contentOf(input: Exclude<Case, {kind: 'folder' | 'missing'}>): Buffer {
  if (input.kind === 'bytes') return mutated(bytes, input.changes);
  const own = payloadOf(input);
  return Buffer.concat([createHash('sha256').update(own).digest(), own]);
}

function payloadOf(input: Extract<Case, {kind: 'payload' | 'value' | 'alike'}>): Buffer {
  if (input.kind === 'payload') return mutated(payload, input.changes);
  return serialize(
    withValue(input.place, before =>
      input.kind === 'value' ? input.value : alike(before, input.number, input.text),
    ),
  );
}

async function examine(input: Case): Promise<Outcome> {
  rmSync(folder.checkpoints, {recursive: true, force: true});
  mkdirSync(folder.checkpoints, {recursive: true});
  if (input.kind === 'folder') mkdirSync(file);
  else if (input.kind !== 'missing') writeFileSync(file, contentOf(input));
  if (input.kind === 'folder') {
    const error: unknown = await continuationOf(folder, CONFIG).catch((thrown: unknown) => thrown);
    expectUserError(error, 1);
    // It is not the program's: it stays.
    expect(existsSync(file)).toBe(true);
    return 'refused';
  }
  const {from, facts} = await continuationOf(folder, CONFIG);
  const warnings = facts.flatMap(fact => (fact.type === 'log.written' ? [fact.message] : []));
  if (from === undefined) {
    expect(warnings).toHaveLength(input.kind === 'missing' ? 0 : 1);
    expect(readdirSync(folder.checkpoints)).toEqual([]);
  } else {
    expect(checkpointFlaw(from)).toBeUndefined();
    expect(warnings).toEqual([]);
    // What a change of bytes alone leaves whole is what was written.
    if (input.kind === 'bytes') expect(from).toEqual(whole);
  }
  warnings.forEach(expectPrintable);
  return from === undefined ? 'refused' : 'taken';
}

/** Numbers as a checkpoint has them, of lengths that fit somewhere or nowhere. */
const weights = fc
  .array(fc.constantFrom(0, 0.5, 1, -1, Number.NaN, Number.POSITIVE_INFINITY), {maxLength: 7})
  .map(values => Float32Array.from(values));

export const checkpoint: FuzzTarget = fuzzTarget<Case>({
  name: 'checkpoint',
  promise: 'a run resumes from a checkpoint that is whole, and starts again where it is not',
  quick: 300,
  inputs: fc.oneof(
    fc.record({kind: fc.constant('bytes' as const), changes: mutations([])}),
    {
      weight: 2,
      arbitrary: fc.record({kind: fc.constant('payload' as const), changes: mutations([])}),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('value' as const),
        place: fc.nat(1000),
        value: fc.oneof(hostileText, hostileValue, weights),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('alike' as const),
        place: fc.nat(1000),
        number: fc.oneof(fc.nat(12), fc.constantFrom(...hostileNumbers)),
        text: fc.oneof(hostileText, fc.constantFrom('Male', 'Smiling', 'w', 'multi-output')),
      }),
    },
    fc.record({kind: fc.constantFrom('folder' as const, 'missing' as const)}),
  ),
  examine,
});
