import {describe, expect, it} from 'vitest';
import {overSeedsAndImages} from '../../src/compare/statistics/seeds-and-images.js';
import {SequentialDecisions, type LookResult} from '../../src/compare/statistics/sequential.js';
import {FIRST_LOOK} from '../../src/runs/searches.js';
import {seededRandom} from '../../src/util/random.js';
import {SimulatedDesigns, spreads, trueDifference} from '../helpers/simulated-designs.js';

/**
 * `npm run simulate:sequential`: how often `--until-decided` is wrong about simulated designs whose
 * true difference is known, and how many trainings it saves. docs/decisions/0028 holds what it
 * printed.
 */

const TRIALS = 2000;
const POWER_TRIALS = 500;
const SEEDS = 10;
const IMAGES = 200;
/** Three standard errors of 5 % in so many trials. */
const MARGIN = 3 * Math.sqrt((0.05 * 0.95) / TRIALS);

const simulated = new SimulatedDesigns(seededRandom(1));
const decisions = new SequentialDecisions({first: FIRST_LOOK, last: SEEDS});

/** The looks at a pair of designs with this mean advantage. */
function looksAt(spread: (typeof spreads)[number], mean: number, margin: number): LookResult[] {
  const rows = simulated.differences(SEEDS, IMAGES, spread, mean);
  return rows.slice(FIRST_LOOK - 1).map((_, look) => {
    const {difference, p, equivalence} = overSeedsAndImages(rows.slice(0, FIRST_LOOK + look));
    return {difference, p, pSmaller: equivalence(margin)};
  });
}

/** The mean advantage that makes this true difference. */
function meanFor(spread: (typeof spreads)[number], difference: number): number {
  let [low, high] = [0, 6];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (trueDifference(spread, middle) < difference) low = middle;
    else high = middle;
  }
  return low;
}

/** The difference that `--repeat 10` detects in 80 of 100 cases: the median over pairs. */
function detectable(spread: (typeof spreads)[number]): number {
  const values = Array.from({length: 200}, () =>
    overSeedsAndImages(simulated.differences(SEEDS, IMAGES, spread, 0)).minimumDetectable(0.05),
  ).sort((a, b) => a - b);
  return values[100]!;
}

const percent = (count: number, of: number): string => ((100 * count) / of).toFixed(1);

describe('seeds that are added until a difference is decided', () => {
  it.each(spreads)('with spreads $seed, $image, $both', spread => {
    const smallest = detectable(spread);
    const count = {wrong: 0, naive: 0, fixed: 0, smallerWrong: 0, better: 0, seeds: 0, equal: 0};
    let equalSeeds = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      // Equal designs, with a margin as large as the difference that ten seeds detect.
      const looks = looksAt(spread, 0, smallest);
      const {outcome, look} = decisions.decide([looks])[0]!;
      if (outcome.endsWith('better')) count.wrong += 1;
      if (outcome === 'smaller') count.equal += 1;
      equalSeeds += FIRST_LOOK + look;
      if (looks.some(({p}) => p <= 0.05)) count.naive += 1;
      if (looks.at(-1)!.p <= 0.05) count.fixed += 1;
    }
    const atMargin = meanFor(spread, smallest);
    for (let trial = 0; trial < TRIALS; trial++)
      if (decisions.decide([looksAt(spread, atMargin, smallest)])[0]!.outcome === 'smaller')
        count.smallerWrong += 1;
    const mean = meanFor(spread, 1.5 * smallest);
    for (let trial = 0; trial < POWER_TRIALS; trial++) {
      const {outcome, look} = decisions.decide([looksAt(spread, mean, 0.001)])[0]!;
      if (outcome === 'first better') count.better += 1;
      count.seeds += FIRST_LOOK + look;
    }
    process.stdout.write(
      `spreads ${Object.values(spread).join(' ')}: detectable ${(100 * smallest).toFixed(1)} points; ` +
        `equal designs called different ${percent(count.wrong, TRIALS)} % (at any look without correction ${percent(count.naive, TRIALS)} %, ` +
        `--repeat 10 ${percent(count.fixed, TRIALS)} %), called equal ${percent(count.equal, TRIALS)} %, ${(equalSeeds / TRIALS).toFixed(1)} seeds; ` +
        `different by the margin called smaller ${percent(count.smallerWrong, TRIALS)} %; ` +
        `1.5 times the detectable difference: decided ${percent(count.better, POWER_TRIALS)} %, ${(count.seeds / POWER_TRIALS).toFixed(2)} seeds, ` +
        `${percent(SEEDS * POWER_TRIALS - count.seeds, SEEDS * POWER_TRIALS)} % saved\n`,
    );
    expect(count.wrong / TRIALS).toBeLessThan(0.05 + MARGIN);
    expect(count.smallerWrong / TRIALS).toBeLessThan(0.05 + MARGIN);
    expect(count.seeds / POWER_TRIALS).toBeLessThan(0.8 * SEEDS);
  });
});
