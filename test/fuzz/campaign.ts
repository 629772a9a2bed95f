/**
 * A long campaign over the targets that the suite tries for seconds; `scripts/fuzz.mjs` starts it
 * and watches that it continues.
 */
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {shown, type Examined, type FuzzTarget} from '../helpers/fuzz/target.js';
import {fuzzTargets} from '../helpers/fuzz/targets.js';

/** Inputs with one seed, of those that the suite tries: what `--batches 1` repeats. */
const BATCH_SHARE = 1 / 6;
/** An input that takes more processor time is a failure, too. */
const LIMIT_MS = 10_000;

const {FUZZ_SECONDS, FUZZ_SEED, FUZZ_BATCHES, FUZZ_TARGET = '', FUZZ_FOLDER = ''} = process.env;
const untilMs = performance.now() + 1000 * Number(FUZZ_SECONDS ?? 60);
const firstSeed = Number(FUZZ_SEED);
const mostBatches = Number(FUZZ_BATCHES || Number.POSITIVE_INFINITY);

type Total = {
  target: string;
  cases: number;
  taken: number;
  seconds: number;
  slowestMs: number;
  failures: number;
};

it('fuzz', async () => {
  mkdirSync(FUZZ_FOLDER, {recursive: true});
  const targets = fuzzTargets.filter(({name}) => FUZZ_TARGET === '' || name === FUZZ_TARGET);
  expect(targets, `a target called ${FUZZ_TARGET}`).not.toEqual([]);
  const totals = new Map<string, Total>();
  for (let batch = 0; batch < mostBatches && performance.now() < untilMs; batch++) {
    for (const target of targets) {
      const startedMs = performance.now();
      const examined = await oneBatch(target, firstSeed + batch);
      add(totals, target, examined, (performance.now() - startedMs) / 1000);
      writeFileSync(path.join(FUZZ_FOLDER, 'totals.json'), JSON.stringify([...totals.values()]));
    }
  }
  const failures = [...totals.values()].reduce((sum, total) => sum + total.failures, 0);
  expect(failures, 'failures').toBe(0);
});

async function oneBatch(target: FuzzTarget, seed: number): Promise<Examined> {
  const repeat = `npm run fuzz -- --target ${target.name} --seed ${seed} --batches 1`;
  const save = (name: string, input: unknown, error: string): void =>
    writeFileSync(
      path.join(FUZZ_FOLDER, `${name}.json`),
      JSON.stringify({target: target.name, repeat, error, input: shown(input, 1_000_000)}, null, 2),
    );
  const examined = await target.examine({
    seed,
    count: Math.ceil(BATCH_SHARE * target.quick),
    limitMs: LIMIT_MS,
    withoutExamples: seed !== firstSeed,
    onCase: input => save('current', input, 'It did not end.'),
  });
  const {failure} = examined;
  if (failure !== undefined) {
    save(`${target.name}-${seed}`, failure.input, failure.error);
    process.stderr.write(`\n${target.name}: ${failure.error}\n${failure.shown}\n${repeat}\n`);
  }
  return examined;
}

function add(
  totals: Map<string, Total>,
  {name}: FuzzTarget,
  {cases, taken, slowestMs, failure}: Examined,
  seconds: number,
): void {
  const before = totals.get(name) ?? {
    target: name,
    cases: 0,
    taken: 0,
    seconds: 0,
    slowestMs: 0,
    failures: 0,
  };
  totals.set(name, {
    target: name,
    cases: before.cases + cases,
    taken: before.taken + taken,
    seconds: before.seconds + seconds,
    slowestMs: Math.max(before.slowestMs, slowestMs),
    failures: before.failures + (failure === undefined ? 0 : 1),
  });
}
