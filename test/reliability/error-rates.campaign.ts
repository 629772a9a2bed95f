import {describe, expect, it} from 'vitest';
import {accuracyInterval} from '../../src/compare/statistics/accuracy-interval.js';
import {mcnemar} from '../../src/compare/statistics/paired-tests.js';
import {pairedScoreInterval} from '../../src/compare/statistics/paired-tests.js';
import {overSeedsAndImages} from '../../src/compare/statistics/seeds-and-images.js';
import {seededRandom} from '../../src/util/random.js';
import {
  deviationOf,
  normalAbove,
  SimulatedDesigns,
  spreads,
  trueDifference,
} from '../helpers/simulated-designs.js';

/**
 * `npm run reliability -- error-rates`: how often the verdict is wrong, on simulated designs whose
 * true difference is known. docs/decisions/0009 holds what it printed.
 */

const TRIALS = 2000;
/** Three standard errors of 5 % in so many trials. */
const MARGIN = 3 * Math.sqrt((0.05 * 0.95) / TRIALS);

const random = seededRandom(1);
const simulated = new SimulatedDesigns(random);

function fractionOf(trial: () => boolean): number {
  let count = 0;
  for (let at = 0; at < TRIALS; at++) if (trial()) count += 1;
  return count / TRIALS;
}

const contains = ([low, high]: readonly [number, number], value: number): boolean =>
  low <= value && value <= high;

const percent = (fraction: number): string => (100 * fraction).toFixed(1);

describe.each([2, 3, 5, 10])('%i seeds on 200 images', seeds => {
  it.each(spreads)('with spreads $seed, $image, $both are wrong in at most 5 %', spread => {
    const typeOne = fractionOf(
      () => overSeedsAndImages(simulated.differences(seeds, 200, spread, 0)).p <= 0.05,
    );
    const truth = trueDifference(spread, 0.4);
    const coverage = fractionOf(() =>
      contains(overSeedsAndImages(simulated.differences(seeds, 200, spread, 0.4)).interval, truth),
    );
    const accuracy = normalAbove(-0.9 / deviationOf(spread));
    const accuracyCoverage = fractionOf(() => {
      const correct = simulated
        .levels(seeds, 200, spread, 0.9)
        .map(row => Uint8Array.from(row, level => (level > 0 ? 1 : 0)));
      return contains(accuracyInterval(correct, true), accuracy);
    });
    process.stdout.write(
      `${seeds} seeds, spreads ${Object.values(spread).join(' ')}: wrong ${percent(typeOne)} %, ` +
        `difference covered ${percent(coverage)} %, accuracy covered ${percent(accuracyCoverage)} %\n`,
    );
    expect(typeOne).toBeLessThan(0.05 + MARGIN);
    expect(coverage).toBeGreaterThan(0.95 - MARGIN - 0.01);
    expect(accuracyCoverage).toBeGreaterThan(0.95 - MARGIN - 0.01);
  });
});

describe('a single pair of runs', () => {
  it.each([
    [20, 0.1],
    [200, 0.02],
    [200, 0.12],
    [2000, 0.08],
  ])('on %i images of which %d are discordant is wrong in at most 5 %', (images, discordant) => {
    const draw = (advantage: number): [number, number] => {
      const counts: [number, number] = [0, 0];
      for (let image = 0; image < images; image++) {
        const value = random();
        if (value < discordant / 2 + advantage) counts[0] += 1;
        else if (value > 1 - discordant / 2) counts[1] += 1;
      }
      return counts;
    };
    const typeOne = fractionOf(() => mcnemar(...draw(0)).p <= 0.05);
    const advantage = discordant / 4;
    const coverage = fractionOf(() => {
      const [firstOnlyCorrect, secondOnlyCorrect] = draw(advantage);
      const interval = pairedScoreInterval({firstOnlyCorrect, secondOnlyCorrect, images});
      return contains(interval, advantage);
    });
    process.stdout.write(
      `${images} images, ${percent(discordant)} % discordant: wrong ${percent(typeOne)} %, ` +
        `difference covered ${percent(coverage)} %\n`,
    );
    expect(typeOne).toBeLessThan(0.05 + MARGIN);
    expect(coverage).toBeGreaterThan(0.95 - MARGIN - 0.01);
  });
});
