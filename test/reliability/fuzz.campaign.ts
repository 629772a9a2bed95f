import {expect, it} from 'vitest';
import {fuzzTargets} from '../helpers/fuzz/targets.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';

/** Of each target. */
const {count: SECONDS, keep} = campaignCount(30);
/** Inputs with one seed, of those that the suite tries. */
const BATCH_SHARE = 1 / 20;
const FIRST_SEED = 20_261_125;

it('feeds bad input to every reader', async () => {
  const rows: {what: string; tried: number; held: number; detail: string}[] = [];
  for (const target of fuzzTargets) {
    const untilMs = performance.now() + SECONDS * 1000;
    let tried = 0;
    let taken = 0;
    let failed = 0;
    let slowestMs = 0;
    for (let seed = FIRST_SEED; performance.now() < untilMs; seed++) {
      const examined = await target.examine({
        ...{seed, count: Math.ceil(BATCH_SHARE * target.quick)},
        withoutExamples: seed !== FIRST_SEED,
      });
      tried += examined.cases;
      taken += examined.taken;
      failed += examined.failure === undefined ? 0 : 1;
      slowestMs = Math.max(slowestMs, examined.slowestMs);
      if (examined.failure !== undefined)
        process.stderr.write(`${target.name}, seed ${seed}: ${examined.failure.error}\n`);
    }
    const share = Math.round((100 * taken) / tried);
    const detail = `${share} % taken, slowest ${Math.ceil(slowestMs)} ms`;
    rows.push({what: `${target.name}: ${target.promise}`, tried, held: tried - failed, detail});
  }
  recordCampaign(
    'fuzz',
    {
      title: 'Bad input',
      question: `Each reader is given changed files and hostile values for ${SECONDS} seconds. What is taken has a result, the rest is refused; broken is an input with neither a result nor a clear error with the right exit code. The suite tries some thousands with fixed seeds, \`npm run fuzz\` as many as you like.`,
      command: 'npm run reliability -- fuzz',
      rows,
    },
    keep,
  );
  expect(rows.filter(({tried, held}) => tried !== held)).toEqual([]);
});
