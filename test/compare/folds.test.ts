import {describe, expect, it} from 'vitest';
import {compareRuns} from '../../src/compare/comparison.js';
import {findRuns} from '../../src/app/find-runs.js';
import {comparisonText} from '../../src/report/formats.js';
import {verdictNotes} from '../../src/report/text/verdict-notes.js';
import {compared, written} from '../helpers/compared-runs.js';
import {right, type WrittenRun} from '../helpers/written-runs.js';

const FOLDS = 3;
const IMAGES = 20;

/** The runs of one seed of a design: fold k tests the images k0 to k19, of which it has some right. */
function foldsOf(design: string, correct: readonly number[], seed = 1): WrittenRun[] {
  return correct.map((count, index) => ({
    id: `2026010${seed}-00000${index}-${design}-aaa${index}`,
    experiment: design,
    ...{seed, fold: index + 1, part: 'test' as const, seconds: index + 1},
    heads: {Male: right(count, IMAGES)},
    files: Array.from({length: IMAGES}, (_, image) => `${((index * IMAGES + image) * 7) % 60}.jpg`),
    definition: {
      model: {kind: design},
      data: {split: {folds: FOLDS, validation: 5, fold: index + 1}},
    },
  }));
}

const separate = foldsOf('separate', [10, 11, 12]);
const multiOutput = foldsOf('multi-output', [20, 19, 18]);
const failed = {type: 'run.failed', message: 'the disk is full', exitCode: 4} as const;

describe('the folds of a design', () => {
  it('are one row, in which each image counts once', async () => {
    const {groups, pairs} = await compared(...separate, ...multiOutput);
    expect(groups.map(({name, seeds, folds, runs}) => [name, seeds, folds, runs.length])).toEqual([
      ['separate', [1], 3, 3],
      ['multi-output', [1], 3, 3],
    ]);
    const [first] = groups;
    expect(first?.heads['Male']).toMatchObject({images: 60, metrics: {accuracy: {mean: 33 / 60}}});
    expect(first?.seconds).toBe(2);
    expect(pairs[0]?.heads[0]).toMatchObject({
      ...{images: 60, folds: 3, part: 'test', bySeed: undefined},
      ...{firstOnlyCorrect: 0, secondOnlyCorrect: 24, significant: true},
    });
  });

  it('are named in the verdict and in the notes', async () => {
    const {sentences, ...comparison} = await compared(...separate, ...multiOutput);
    expect(sentences[0]).toContain('n = 60 test images in 3 folds');
    expect(verdictNotes(comparison).join('\n')).toContain(
      '3-fold: each image is tested once, by the one of 3 trainings that did not see it.',
    );
  });

  it('say once what the data of each warned of, though the numbers differ', async () => {
    const warned = (runs: readonly WrittenRun[]): WrittenRun[] =>
      runs.map((run, at) => ({...run, warnings: [`${at + 2},017 people are in two parts.`]}));
    const {sentences: _, ...comparison} = await compared(
      ...warned(separate),
      ...warned(multiOutput),
    );
    expect(verdictNotes(comparison).filter(note => note.startsWith('Warning'))).toEqual([
      'Warning: 2,017 people are in two parts.',
    ]);
  });

  it('are paired image by image with each seed, over seeds', async () => {
    const runs = [1, 2].flatMap(seed => [
      ...foldsOf('separate', [10, 11, 12], seed),
      ...foldsOf('multi-output', [20, 19, 18 + seed - 1], seed),
    ]);
    const {groups, pairs} = await compared(...runs);
    expect(groups.map(({seeds}) => seeds)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(pairs[0]?.heads[0]).toMatchObject({images: 60, bySeed: {seeds: 2}});
    expect(pairs[0]?.heads[0]?.method).toContain('seeds and images both random');
  });

  it.each([
    ['is missing', multiOutput.slice(0, 2), 'fold 3 of 3'],
    [
      'failed',
      multiOutput.map((run, at) => (at === 1 ? {...run, last: failed} : run)),
      'fold 2 of 3',
    ],
    ['are missing', multiOutput.slice(2), 'folds 1 and 2 of 3'],
  ])('are not compared where one %s, which is named', async (_what, runs, name) => {
    const {sentences, ...comparison} = await compared(...separate, ...runs);
    expect(comparison.pairs).toEqual([]);
    expect(sentences).toEqual([]);
    const text = comparisonText(comparison);
    expect(text).toContain(
      `Seed 1 of multi-output has no result for ${name}, so it is not compared. Run it again, or use --each for single folds.`,
    );
    expect(text).not.toContain('n = 40');
  });

  it('of a complete seed are compared, without the seed that lacks one', async () => {
    const runs = [
      ...foldsOf('separate', [10, 11, 12]),
      ...foldsOf('separate', [10, 11, 12], 2),
      ...foldsOf('multi-output', [20, 19, 18]),
      ...foldsOf('multi-output', [20, 19, 18], 2).slice(1),
    ];
    const {pairs, ...comparison} = await compared(...runs);
    expect(pairs[0]?.heads[0]).toMatchObject({images: 60, bySeed: undefined});
    expect(verdictNotes({pairs, ...comparison})[0]).toContain(
      'Seed 2 of multi-output has no result',
    );
  });

  it('are not pooled where two of them tested the same images', async () => {
    const again = multiOutput.map(run => ({...run, files: multiOutput[0]?.files ?? []}));
    const {pairs, ...comparison} = await compared(...separate, ...again);
    expect(pairs).toEqual([]);
    expect(verdictNotes({pairs, ...comparison})[0]).toContain(
      'Seed 1 of multi-output tested 40 images more than once, because its data changed between the folds',
    );
  });

  it('are not compared with a run whose test part has another size, with what to do', async () => {
    const single: WrittenRun = {
      id: '20260105-000000-other-bbbb',
      experiment: 'other',
      heads: {Male: right(20, 40)},
      part: 'test',
      definition: {data: {split: {train: 10, validation: 5, test: 40}}},
    };
    const {sentences} = await compared(...separate, single);
    expect(sentences).toEqual([
      'separate and other are not compared: their evaluation images differ (60 and 40 images, 40 in common); give both the same data.seed, sampling and split to compare them.',
    ]);
  });

  it('are rows of their own where each run is asked for', async () => {
    const folder = written(...separate);
    const records = await findRuns(
      separate.map(({id}) => id),
      folder,
    );
    const {groups} = await compareRuns(records, {each: true});
    expect(groups.map(({heads, folds}) => [heads['Male']?.images, folds])).toEqual(
      separate.map(() => [20, undefined]),
    );
  });
});
