import {describe, expect, it} from 'vitest';
import {tpeValues, type Observation} from '../../../src/app/search/tpe.js';
import type {Search} from '../../../src/experiment/search-schema.js';
import {randomValues, valuesKey, type Values} from '../../../src/experiment/search-space.js';

const search = (space: Search['space'], seed = 1): Search => ({
  ...{method: 'tpe', runs: 60, space, metric: 'Male.validation.f1', repeat: 1, seed},
});

/** The best score of a search with a known function. */
function bestOf(plan: Search, score: (values: Values) => number, isGuided: boolean): number {
  const trials: Observation[] = [];
  const taken = new Set<string>();
  for (let number = 1; number <= plan.runs; number++) {
    const isTaken = (values: Values): boolean => taken.has(valuesKey(values));
    const values =
      isGuided && number > 10
        ? tpeValues(plan, number, trials, [], isTaken)!
        : randomValues(plan, number, isTaken)!;
    taken.add(valuesKey(values));
    trials.push({values, score: score(values)});
  }
  return Math.max(...trials.map(trial => trial.score));
}

describe('the tree-structured Parzen estimator', () => {
  const space: Search['space'] = {
    x: {log: [1e-4, 1]},
    y: {uniform: [-5, 5]},
    n: {integer: [1, 60]},
    kind: ['a', 'b', 'c', 'd'],
  };
  const score = ({x, y, n, kind}: Values): number =>
    0 -
    (Math.log10(Number(x)) + 2) ** 2 -
    (Number(y) - 1) ** 2 -
    ((Number(n) - 30) / 10) ** 2 -
    (kind === 'c' ? 0 : 2);

  it('comes nearer to the best values than random draws', () => {
    const seeds = Array.from({length: 8}, (_, seed) => seed);
    const wins = seeds.filter(
      seed => bestOf(search(space, seed), score, true) > bestOf(search(space, seed), score, false),
    );
    expect(wins.length).toBeGreaterThanOrEqual(7);
  });

  const observed: Observation[] = Array.from({length: 12}, (_, index) => {
    const values = randomValues(search(space), index + 1, () => false)!;
    return {values, score: score(values)};
  });

  it('proposes the same values for the same results, others for other results and numbers', () => {
    const propose = (trials: readonly Observation[], number = 13): Values | undefined =>
      tpeValues(search(space), number, trials, [], () => false);
    expect(propose(observed)).toEqual(propose(observed));
    expect(propose(observed)).not.toEqual(propose(observed, 14));
    expect(propose(observed)).not.toEqual(
      propose(observed.map(trial => ({...trial, score: -trial.score}))),
    );
  });

  it('takes a trial that failed for the worst', () => {
    const plan = search({x: {uniform: [0, 1]}});
    const trials = Array.from({length: 20}, (_, index) => ({
      values: {x: index / 20},
      score: index < 16 ? Number.NaN : index,
    }));
    for (let number = 21; number < 41; number++)
      expect(Number(tpeValues(plan, number, trials, [], () => false)!['x'])).toBeGreaterThan(0.5);
  });

  it('proposes no values twice, none that are refused, and none where none are left', () => {
    const plan = search({n: {integer: [1, 4]}});
    const trials = [4, 3].map(n => ({values: {n}, score: n}));
    const taken = new Set(trials.map(({values}) => valuesKey(values)));
    const next = tpeValues(plan, 3, trials, [], values => taken.has(valuesKey(values)));
    expect([1, 2]).toContain(next!['n']);
    expect(tpeValues(plan, 3, trials, [], () => true)).toBeUndefined();
  });
});
