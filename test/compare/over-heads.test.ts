import {describe, expect, it} from 'vitest';
import {comparisonOf} from '../../src/compare/comparison.js';
import {deltaM, meanInfluence} from '../../src/compare/over-heads.js';
import {ranksOf} from '../../src/compare/statistics/ranks.js';
import {verdictSentences} from '../../src/report/text/verdict.js';
import {verdictNotes} from '../../src/report/text/verdict-notes.js';
import {seededRandom} from '../../src/util/random.js';
import {headPredictions, measuredRun, simulatedRuns} from '../helpers/simulated-runs.js';

/**
 * F1 of CelebA's 40 attributes, single task and FairGrad, from the answers of the authors in issue 2 of
 * FAMO's repository and issue 1 of FairGrad's; with what the papers make of them.
 */
const singleTask = [
  0.6736886, 0.68121034, 0.81524944, 0.5760289, 0.7205613, 0.8555076, 0.38203922, 0.58225113,
  0.787647, 0.8321292, 0.5029583, 0.68694085, 0.6781237, 0.5240381, 0.5161666, 0.95694304,
  0.6968786, 0.67976356, 0.8808315, 0.8582131, 0.97034, 0.93267566, 0.5057539, 0.40307626,
  0.9703734, 0.48644206, 0.60786104, 0.5261031, 0.56907415, 0.59815097, 0.6858371, 0.924108,
  0.5424991, 0.7406311, 0.71019936, 0.87365365, 0.9305602, 0.33704284, 0.7647628, 0.91907,
];
const fairGrad = [
  0.673481, 0.6715126, 0.80895394, 0.59129095, 0.716146, 0.84868795, 0.5293899, 0.6024346,
  0.79252076, 0.8232979, 0.49155608, 0.68601424, 0.6678187, 0.50076723, 0.5353463, 0.9543982,
  0.6991702, 0.6246493, 0.87510586, 0.85260683, 0.9679586, 0.91303086, 0.53938675, 0.44097534,
  0.9698319, 0.30875763, 0.5560105, 0.5475425, 0.5299987, 0.6050991, 0.72113657, 0.9100189,
  0.48792267, 0.6447788, 0.7013081, 0.8596742, 0.92936283, 0.40353844, 0.7261722, 0.9126637,
];

const mean = (values: readonly number[]): number =>
  meanInfluence(values.map(value => ({value, values: new Float64Array(1), counted: 1}))).value;

describe('the published numbers of FairGrad against single tasks', () => {
  it('have a delta-m of 0.370 %', () => {
    const metrics = fairGrad.map((value, head) => ({
      ...{value, reference: singleTask[head]!, higherIsBetter: true},
    }));
    expect(deltaM(metrics).toFixed(3)).toBe('0.370');
  });

  it('have mean F1 0.6971 and 0.6905', () => {
    expect(mean(singleTask).toFixed(4)).toBe('0.6971');
    expect(mean(fairGrad).toFixed(4)).toBe('0.6905');
  });
});

describe('delta-m', () => {
  it('is negative for a design that is better, whether higher or lower is better', () => {
    expect(deltaM([{value: 0.9, reference: 0.8, higherIsBetter: true}])).toBeCloseTo(-12.5, 10);
    expect(deltaM([{value: 0.1, reference: 0.2, higherIsBetter: false}])).toBeCloseTo(-50, 10);
  });

  it('is not a number without heads', () => expect(deltaM([])).toBeNaN());
});

describe('ranks', () => {
  it('share the mean of their places in a tie, and have none without a number', () => {
    expect([...ranksOf([[1], [2], [2], [4]].map(row => Float64Array.from(row)))]).toEqual([
      1, 2.5, 2.5, 4,
    ]);
    expect([...ranksOf([[1], [NaN]].map(row => Float64Array.from(row)))]).toEqual([1, NaN]);
  });
});

const simulation = {
  ...{images: 200, seeds: 3, heads: 4, positives: 0.4, separation: 2},
  ...{bySeed: 0.1, shared: 0.3, ofDesign: 0.2},
};

describe('metrics over the heads of a comparison', () => {
  const runs = simulatedRuns(['a', 'b', 'c'], simulation, seededRandom(1));
  const plain = comparisonOf(runs);

  it('are the means of what the heads have', () => {
    for (const {heads, overall} of plain.groups) {
      const over = (metric: 'accuracy' | 'f1'): number =>
        Object.values(heads).reduce((sum, {metrics}) => sum + metrics[metric].mean, 0) / 4;
      expect(overall.meanAccuracy.mean).toBeCloseTo(over('accuracy'), 12);
      expect(overall.meanError.mean).toBeCloseTo(1 - over('accuracy'), 12);
      expect(overall.meanError.ciLow).toBeCloseTo(1 - overall.meanAccuracy.ciHigh, 9);
      expect(overall.meanF1.mean).toBeCloseTo(over('f1'), 12);
    }
  });

  it('have a delta-m of exactly 0 for the reference, and an interval around the others', () => {
    const {groups, reference} = comparisonOf(runs, {reference: 'b'});
    expect(reference).toBe('b');
    expect(groups[1]!.overall.deltaM).toMatchObject({mean: 0, ciLow: 0, ciHigh: 0});
    const {mean: delta, ciLow, ciHigh} = groups[0]!.overall.deltaM;
    const changes = Object.keys(groups[0]!.heads).map(head => {
      const [value, baseline] = [groups[0]!, groups[1]!].map(
        ({heads}) => heads[head]!.metrics.f1.mean,
      );
      return value! / baseline! - 1;
    });
    expect(delta).toBeCloseTo((-100 * changes.reduce((sum, change) => sum + change, 0)) / 4, 10);
    expect(ciLow).toBeLessThan(delta);
    expect(ciHigh).toBeGreaterThan(delta);
  });

  it('are tested with the difference that the rows have', () => {
    for (const metric of ['meanAccuracy', 'meanError', 'meanF1', 'deltaM', 'meanRank'] as const) {
      const {groups, pairs, tests} = comparisonOf(runs, {metric});
      expect(tests).toBe(3);
      for (const {first, second, heads} of pairs) {
        const [ours, theirs] = [first, second].map(
          name => groups.find(group => group.name === name)!.overall[metric].mean,
        );
        expect(heads).toHaveLength(1);
        expect(heads[0]!.difference).toBeCloseTo(ours! - theirs!, 9);
        expect(heads[0]!.ciLow).toBeLessThanOrEqual(heads[0]!.difference);
        expect(heads[0]!.ciHigh).toBeGreaterThanOrEqual(heads[0]!.difference);
      }
    }
  });

  it('give the same numbers for the same runs', () => {
    const again = comparisonOf(runs, {metric: 'meanRank'});
    expect(again).toEqual(comparisonOf(runs, {metric: 'meanRank'}));
  });
});

describe('the verdict on a metric', () => {
  const strong = simulatedRuns(['good'], {...simulation, separation: 4}, seededRandom(5));
  const weak = simulatedRuns(['bad'], {...simulation, separation: 1}, seededRandom(5));
  const runs = [...weak, ...strong];
  const sentence = (metric: Parameters<typeof comparisonOf>[1]): string =>
    verdictSentences(comparisonOf(runs, metric)).join(' ');

  it('names the metric, and its winner where lower is better', () => {
    expect(sentence({metric: 'f1'})).toMatch(
      /^good is significantly better than bad in F1 on H\d by [\d.]+ points/,
    );
    expect(sentence({metric: 'brier'})).toMatch(
      /^good is significantly better than bad in Brier score on H\d by [\d.]+ points/,
    );
    expect(sentence({metric: 'meanError'})).toMatch(
      /^good is significantly better than bad in mean error by [\d.]+ points \(95 % interval [\d.]+ to/,
    );
    expect(sentence({metric: 'deltaM'})).toMatch(
      /^good is significantly better than bad in delta-m \(F1, against bad\) by [\d.]+ %/,
    );
  });

  it('is the one on accuracy where nobody asks for another', () => {
    expect(sentence({})).toMatch(/^good is significantly better than bad on H\d by/);
  });

  it('names a reference that is not among the designs', () => {
    expect(() => comparisonOf(runs, {metric: 'deltaM', reference: 'goood'})).toThrow(
      'The reference goood is not among the compared designs. Expected one of: bad, good.',
    );
  });

  it('names a head for which the metric is not defined, and tests the others', () => {
    const files = Array.from({length: 40}, (_, image) => `${image}.jpg`);
    const random = seededRandom(3);
    const run = (name: string) => {
      const labels = Uint8Array.from(files, (_, image) => image % 2);
      const empty = headPredictions(new Uint8Array(40), new Float64Array(40).fill(0.2));
      const probabilities = Float64Array.from(labels, () => random());
      return measuredRun(name, 1, files, {
        Bald: empty,
        Male: headPredictions(labels, probabilities),
      });
    };
    const comparison = comparisonOf([run('a'), run('b')], {metric: 'f1'});
    expect(comparison.pairs[0]!.heads.map(({head}) => head)).toEqual(['Male']);
    expect(verdictNotes(comparison)).toContain(
      'F1 is not defined for Bald of a: no image has the label 1.',
    );
    const overall = comparisonOf([run('a'), run('b')], {metric: 'deltaM'});
    expect(overall.pairs[0]!.heads).toEqual([]);
    expect(verdictSentences(overall)[0]).toContain('is not defined');
    expect(verdictNotes(overall)).toContain(
      'F1 is not defined for Bald of a: no image has the label 1.',
    );
  });
});
