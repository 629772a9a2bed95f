import {describe, expect, it} from 'vitest';
import {compareRuns} from '../../src/compare/comparison.js';
import {verdictNotes} from '../../src/report/text/verdict-notes.js';
import {verdictSentences} from '../../src/report/text/verdict.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writtenRecord} from '../helpers/written-runs.js';

const IMAGES = 400;

/** Compares 14 designs, of which the first has 340 of 400 right, with the first one. */
async function comparedWithFirst() {
  const folder = temporaryFolder();
  const counts = [340, ...Array.from({length: 13}, (_, index) => 280 + 10 * index)];
  const records = counts.map((count, index) => {
    const letter = String.fromCharCode(97 + index);
    return writtenRecord(folder, {
      id: `20260101-0000${String(index).padStart(2, '0')}-${letter}-aaaa`,
      experiment: letter,
      heads: {Male: right(count, IMAGES)},
    });
  });
  return compareRuns(await Promise.all(records), {onlyWithFirst: true});
}

describe('designs compared with the first one only', () => {
  it('have as many tests as there are other designs, however many that are', async () => {
    const {pairs, tests, comparedWith} = await comparedWithFirst();
    expect(tests).toBe(13);
    expect(comparedWith).toBeUndefined();
    expect(pairs.map(({first}) => first)).toEqual(new Array(13).fill('a'));
  });

  it('are listed by what they are against it, and the notes say what p is adjusted for', async () => {
    const comparison = await comparedWithFirst();
    expect(verdictSentences(comparison)).toMatchInlineSnapshot(`
      [
        "Against a, in accuracy: significantly better: i (Male by 2.5 points), j (Male by 5.0 points), k (Male by 7.5 points), l (Male by 10.0 points), m (Male by 12.5 points) and n (Male by 15.0 points); significantly worse: b (Male by 15.0 points), c (Male by 12.5 points), d (Male by 10.0 points), e (Male by 7.5 points), f (Male by 5.0 points) and g (Male by 2.5 points); no significant difference: h.",
      ]
    `);
    expect(verdictNotes(comparison)).toContain(
      'Each design is compared with the first one, a, and with no other: p is adjusted for 13 tests (Holm); intervals are not.',
    );
  });
});
