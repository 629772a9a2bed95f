import {describe, expect, it} from 'vitest';
import {affinitiesOfHeads, readAffinities} from '../../../src/compare/grouping/read-affinities.js';

const file = (value: unknown) => readAffinities(JSON.stringify(value), 'a.json');

describe('a file of affinities', () => {
  it.each([
    ['is not JSON', '{"names": [', /a\.json: this is not JSON/],
    [
      'has NaN',
      '{"names": ["A", "B"], "matrix": [[0, NaN], [0, 0]]}',
      /matrix, row 1 \(A\), column 2 \(B\): expected a number; received "NaN"/,
    ],
    ['is a list', '[]', /names: expected a list of the heads/],
    ['has one head', '{"names": ["A"], "matrix": [[0]]}', /expected two heads or more; received 1/],
    ['names a head twice', '{"names": ["A", "A"], "matrix": []}', /A is there twice/],
    [
      'lacks a row',
      '{"names": ["A", "B"], "matrix": [[0, 1]]}',
      /expected 2 rows of 2 numbers.*received 1 rows/,
    ],
    [
      'has a long row',
      '{"names": ["A", "B"], "matrix": [[0, 1], [1, 0, 2]]}',
      /row 2 \(B\).*received 3 numbers/,
    ],
    [
      'has text',
      '{"names": ["A", "B"], "matrix": [[0, "high"], [1, 0]]}',
      /row 1 \(A\), column 2 \(B\): expected a number; received "high"/,
    ],
    [
      'has a pair without a value',
      '{"names": ["A", "B"], "matrix": [[0, null], [1, 0]]}',
      /column 2 \(B\): expected a number; received null/,
    ],
  ])('that %s is refused with the place', (_what, text, message) => {
    expect(() => readAffinities(text, 'a.json')).toThrow(message);
  });

  it('may have anything on its diagonal, and further keys', () => {
    const value = {
      names: ['A', 'B'],
      matrix: [
        [null, 2],
        [3, 'x'],
      ],
      method: 'tag',
    };
    expect(file(value)).toEqual({
      names: ['A', 'B'],
      matrix: [
        [0, 2],
        [3, 0],
      ],
    });
  });

  it('is put into the order of the heads, or refused with the names that differ', () => {
    const affinities = file({
      names: ['B', 'A'],
      matrix: [
        [0, 1],
        [2, 0],
      ],
    });
    expect(affinitiesOfHeads(affinities, ['A', 'B'], 'a.json', 'tiny').matrix).toEqual([
      [0, 2],
      [1, 0],
    ]);
    expect(() => affinitiesOfHeads(affinities, ['A', 'C'], 'a.json', 'tiny')).toThrow(
      'a.json: its names are not the heads of tiny. Missing: C. Not among the heads: B.',
    );
  });
});
