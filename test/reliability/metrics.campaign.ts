import {expect, it} from 'vitest';
import {compareGroups, measureGroups} from '../../src/compare/comparison.js';
import {headMetricKeys, metricFacts, overallMetricKeys} from '../../src/experiment/metrics.js';
import {seededRandom} from '../../src/util/random.js';
import {simulatedRuns, type Simulation} from '../helpers/simulated-runs.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';

/**
 * `npm run reliability -- metrics`: how often the verdict finds a difference between designs that are
 * equally good, for every metric. Each comparison is what `compare` computes of two designs.
 */

const {count: TRIALS, keep} = campaignCount(2000);
/** Three standard errors of 5 % in so many trials. */
const MARGIN = 3 * Math.sqrt((0.05 * 0.95) / TRIALS);

type Scenario = {readonly name: string; readonly simulation: Simulation};

const common = {images: 200, heads: 2, separation: 2};
const scenarios: readonly Scenario[] = [
  {
    name: '1 seed, half positive',
    simulation: {...common, seeds: 1, positives: 0.5, bySeed: 0, shared: 0.3, ofDesign: 0},
  },
  {
    name: '1 seed, 5 % positive',
    simulation: {...common, seeds: 1, positives: 0.05, bySeed: 0, shared: 0.3, ofDesign: 0},
  },
  {
    name: '3 seeds that differ much',
    simulation: {...common, seeds: 3, positives: 0.5, bySeed: 0.4, shared: 0.3, ofDesign: 0},
  },
  {
    name: '5 seeds, images favour a design',
    simulation: {...common, seeds: 5, positives: 0.5, bySeed: 0.1, shared: 0.3, ofDesign: 0.3},
  },
  {
    name: '5 seeds, 5 % positive',
    simulation: {...common, seeds: 5, positives: 0.05, bySeed: 0.1, shared: 0.3, ofDesign: 0.1},
  },
];
const metrics = [...headMetricKeys, ...overallMetricKeys];

it('finds a difference between equally good designs in at most 5 % of the comparisons', () => {
  const results = scenarios.map(({name, simulation}, index) => {
    const random = seededRandom(index + 1);
    const wrong = new Map(metrics.map(metric => [metric, 0]));
    const covered = new Map(metrics.map(metric => [metric, [0, 0] as [number, number]]));
    for (let trial = 0; trial < TRIALS; trial++) {
      const groups = measureGroups(simulatedRuns(['a', 'b'], simulation, random));
      for (const metric of metrics) {
        const {pairs} = compareGroups(groups, {metric});
        const tests = pairs.flatMap(({heads}) => heads);
        if (tests.some(({significant}) => significant)) wrong.set(metric, wrong.get(metric)! + 1);
        const counts = covered.get(metric)!;
        for (const {ciLow, ciHigh} of tests) {
          counts[0] += ciLow <= 0 && ciHigh >= 0 ? 1 : 0;
          counts[1] += 1;
        }
      }
    }
    const line = metrics.map(metric => {
      const [inside, all] = covered.get(metric)!;
      return `${metric} ${((100 * wrong.get(metric)!) / TRIALS).toFixed(1)} (${((100 * inside) / all).toFixed(1)})`;
    });
    process.stdout.write(`${name}: wrong % (interval holds 0, %): ${line.join(', ')}\n`);
    return {name, wrong, covered};
  });
  recordCampaign(
    'metrics',
    {
      title: 'Every metric under no difference',
      question: `Two designs of two heads whose predictions come from the same distribution, on 200 images, are compared ${TRIALS.toLocaleString('en-US')} times for each line by the functions of \`compare\`. Tried is the number of metrics; broken is a metric whose verdict finds a difference in significantly more than 5 of 100 (${(100 * (0.05 + MARGIN)).toFixed(1)}).`,
      command: 'npm run reliability -- metrics',
      rows: results.flatMap(({name, wrong}) => [
        {
          what: name,
          tried: metrics.length,
          held: metrics.filter(metric => wrong.get(metric)! <= (0.05 + MARGIN) * TRIALS).length,
          detail: `wrong of 100: ${metrics
            .map(
              metric =>
                `${metricFacts(metric).title} ${((100 * wrong.get(metric)!) / TRIALS).toFixed(1)}`,
            )
            .join(', ')}`,
        },
      ]),
    },
    keep,
  );
  for (const {name, wrong} of results)
    for (const [metric, count] of wrong)
      expect(count / TRIALS, `${metric}, ${name}`).toBeLessThan(0.05 + MARGIN);
});
