import {describe, expect, it} from 'vitest';
import {costOf, scoreGroups, type GroupBudget} from '../../../src/compare/grouping/grouping.js';
import {scoreBound, searchGroups} from '../../../src/compare/grouping/search-groups.js';
import {selectGroups} from '../../../src/compare/grouping/select-groups.js';
import {seededRandom} from '../../../src/util/random.js';

type Matrix = number[][];

function randomMatrix(heads: number, seed: number): Matrix {
  const random = seededRandom(seed);
  return Array.from({length: heads}, () =>
    Array.from({length: heads}, () => Math.round(200 * random() - 100) / 100),
  );
}

/** Every set of at most `most` groups of two heads or more that holds all heads. */
function allSets(heads: number, most: number): number[][][] {
  const groups = Array.from({length: 2 ** heads}, (_, mask) =>
    Array.from({length: heads}, (__, head) => head).filter(head => (mask >> head) & 1),
  ).filter(({length}) => length > 1);
  const extend = (set: number[][], from: number): number[][][] => [
    ...(new Set(set.flat()).size === heads ? [set] : []),
    ...(set.length === most
      ? []
      : groups.slice(from).flatMap((group, index) => extend([...set, group], from + index + 1))),
  ];
  return extend([], 0);
}

/** Affinities of 0.5 within groups of so many heads, -0.1 across, with noise. */
function planted(heads: number, size: number, noise: number): Matrix {
  const random = seededRandom(9);
  return Array.from({length: heads}, (_, affected) =>
    Array.from({length: heads}, (__, helping) => {
      const isSame = Math.floor(affected / size) === Math.floor(helping / size);
      return (isSame ? 0.5 : -0.1) + noise * (random() - 0.5);
    }),
  );
}

describe('the best set of groups', () => {
  it('is that of the worked example: a helps both, in two groups', () => {
    const [single, double, ...more] = selectGroups(
      [
        [0, 2, -1],
        [3, 0, 0],
        [1, -2, 0],
      ],
      3,
    );
    expect(single).toMatchObject({groups: [[0, 1, 2]], score: (0.5 + 1.5 - 0.5) / 3});
    expect(double).toMatchObject({
      groups: [
        [0, 1],
        [0, 2],
      ],
      groupOf: [0, 0, 1],
      headScores: [2, 3, 1],
      score: 2,
      bound: 2,
    });
    expect(more, 'a third group gains nothing').toEqual([]);
  });

  it.each([3, 4, 5])('is what trying all sets of %i heads finds', heads => {
    for (let seed = 1; seed <= 8; seed++) {
      const matrix = randomMatrix(heads, seed);
      for (const most of [1, 2, 3]) {
        const best = Math.max(
          ...allSets(heads, most).map(groups => scoreGroups(matrix, groups).score),
        );
        expect(selectGroups(matrix, most).at(-1)?.score, `seed ${seed}, ${most}`).toBeCloseTo(
          best,
          9,
        );
      }
    }
  });

  it.each([
    [0.5, [0.05, 0.05, 0.1, 0.2], 1.65],
    [0.1, [0.3, 0.02, 0.15, 0.2, 0.1], 1.5],
    [0.2, [0.1, 0.1, 0.1, 0.1, 0.3], 1.2],
  ])('stays within a budget, and is the best that does', (group, heads, limit) => {
    const budget: GroupBudget = {group, heads, limit};
    const sets = allSets(heads.length, 3);
    for (let seed = 1; seed <= 12; seed++) {
      const matrix = randomMatrix(heads.length, seed);
      const best = Math.max(
        ...sets
          .filter(groups => costOf(budget, groups) <= budget.limit + 1e-9)
          .map(groups => scoreGroups(matrix, groups).score),
      );
      const selected = selectGroups(matrix, 3, budget).at(-1)!;
      expect(selected.score, `seed ${seed}`).toBeCloseTo(best, 9);
      expect(costOf(budget, selected.groups)).toBeLessThanOrEqual(budget.limit + 1e-9);
      const found = scoreGroups(matrix, searchGroups(matrix, 3, {budget, reads: 1e5})!);
      expect(found.score, `seed ${seed}, searched`).toBeCloseTo(best, 9);
    }
  });

  it('stays within a budget that binds 12 heads of different costs, and is as good as a search', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seededRandom(seed);
      const heads = Array.from({length: 12}, () => 0.08 * random());
      const budget: GroupBudget = {group: 0.4, heads, limit: 1.9};
      const matrix = randomMatrix(12, seed);
      const selected = selectGroups(matrix, 6, budget).at(-1)!;
      expect(costOf(budget, selected.groups)).toBeLessThanOrEqual(budget.limit + 1e-9);
      const groups = searchGroups(matrix, 6, {budget, reads: 4e5})!;
      expect(selected.score).toBeGreaterThanOrEqual(scoreGroups(matrix, groups).score - 1e-9);
      expect(selected.score).toBeLessThan(selectGroups(matrix, 6).at(-1)!.score - 1e-9);
    }
  });

  it('is none where the budget is below one network', () => {
    const budget: GroupBudget = {group: 0.7, heads: [0.1, 0.1, 0.1], limit: 0.9};
    expect(selectGroups(randomMatrix(3, 1), 2, budget)).toEqual([]);
    expect(searchGroups(randomMatrix(3, 1), 2, {budget, reads: 1})).toBeUndefined();
  });

  it('has the fewest groups, and the fewest heads in them, of those that score as much', () => {
    const equal = Array.from({length: 4}, () => [0.1, 0.1, 0.1, 0.1]);
    expect(selectGroups(equal, 3)).toMatchObject([{groups: [[0, 1, 2, 3]]}]);
    const pairs = [
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 1, 0],
    ];
    expect(selectGroups(pairs, 4).at(-1)?.groups).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('takes the diagonal for nothing, whatever it holds', () => {
    const matrix = randomMatrix(5, 3);
    const changed = matrix.map((row, head) => row.with(head, 99));
    expect(selectGroups(changed, 2)).toEqual(selectGroups(matrix, 2));
  });

  it('is found of 9 and 12 heads, and each head is in a group', () => {
    for (const heads of [9, 12]) {
      const [best] = selectGroups(planted(heads, 3, 0.2), heads / 3).slice(-1);
      expect(best?.groups).toEqual(
        Array.from({length: heads / 3}, (_, group) => [3 * group, 3 * group + 1, 3 * group + 2]),
      );
    }
  });
});

describe('the best set of groups of many heads', () => {
  it('is searched for, and is as good as the exact one where that can be told', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const matrix = randomMatrix(9, seed);
      const exact = selectGroups(matrix, 3).at(-1)!.score;
      const searched = scoreGroups(
        matrix,
        searchGroups(matrix, 3, {budget: undefined, reads: 4e6})!,
      ).score;
      expect(searched, `seed ${seed}`).toBeCloseTo(exact, 9);
    }
  });

  it('has a bound that no set exceeds', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const matrix = randomMatrix(8, seed);
      for (const set of selectGroups(matrix, 4))
        expect(scoreBound(matrix, set.groups.length)).toBeGreaterThanOrEqual(set.score - 1e-9);
    }
  });

  it('is found of 40 planted heads, with a small gap, and twice the same', () => {
    const matrix = planted(40, 20, 0.1);
    const search = () => searchGroups(matrix, 2, {budget: undefined, reads: 4e6})!;
    const best = scoreGroups(matrix, search());
    expect(best.groups).toEqual([
      Array.from({length: 20}, (_, head) => head),
      Array.from({length: 20}, (_, head) => 20 + head),
    ]);
    expect(scoreBound(matrix, 2) - best.score).toBeLessThan(0.02);
    expect(search()).toEqual(search());
  });
});
