import {expect, it} from 'vitest';
import {compareGroups, measureGroups} from '../../src/compare/comparison.js';
import type {Metric} from '../../src/experiment/metrics.js';
import {seededRandom} from '../../src/util/random.js';
import {simulatedRuns} from '../helpers/simulated-runs.js';

const TRIALS = 200;
/** Three standard errors above 5 % of so many trials; `npm run reliability -- metrics` tries more. */
const MOST = TRIALS * (0.05 + 3 * Math.sqrt((0.05 * 0.95) / TRIALS));

const metrics: readonly Metric[] = ['accuracy', 'f1', 'rocAuc', 'meanF1'];

it.each([1, 3])('equal designs with %i seeds are rarely called different in any metric', seeds => {
  const random = seededRandom(seeds);
  const wrong = new Map(metrics.map(metric => [metric, 0]));
  const facts = {images: 200, seeds, heads: 2, positives: 0.4, separation: 2, bySeed: 0.1};
  for (let trial = 0; trial < TRIALS; trial++) {
    const runs = simulatedRuns(['first', 'second'], {...facts, shared: 0.3, ofDesign: 0.2}, random);
    const measured = measureGroups(runs);
    for (const metric of metrics) {
      const {pairs} = compareGroups(measured, {metric});
      if (pairs.some(({heads}) => heads.some(({significant}) => significant)))
        wrong.set(metric, wrong.get(metric)! + 1);
    }
  }
  for (const count of wrong.values()) expect(count).toBeLessThanOrEqual(MOST);
  // Tests that never reject would pass, too.
  expect(Math.max(...wrong.values())).toBeGreaterThan(0);
});
