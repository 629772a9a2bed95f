import {describe, expect, it} from 'vitest';
import {designNames, type Design} from '../../src/compare/designs.js';
import {compareRuns} from '../../src/compare/comparison.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writtenRecord, type WrittenRun} from '../helpers/written-runs.js';

const design = (id: string, definition: Record<string, string>, experiment = 'faces'): Design => ({
  ...{experiment, id, definition},
});

describe('the names of designs', () => {
  it('are those of their experiments where these differ', () => {
    expect(designNames([design('a1', {}, 'a'), design('b1', {}, 'b')])).toEqual(['a', 'b']);
  });

  it('have the value of the key in which designs of one experiment differ', () => {
    const names = designNames([
      design('a-1111', {'training.batchSize': '8', 'model.kind': 'separate'}),
      design('a-2222', {'training.batchSize': '16', 'model.kind': 'separate'}),
      design('b-3333', {}, 'other'),
    ]);
    expect(names).toEqual(['faces batchSize=8', 'faces batchSize=16', 'other']);
  });

  it('have as few keys as tell them apart', () => {
    const names = designNames([
      design('1', {'training.epochs': '1', 'training.batchSize': '8', 'image.scale': '1'}),
      design('2', {'training.epochs': '2', 'training.batchSize': '16', 'image.scale': '1'}),
      design('3', {'training.epochs': '2', 'training.batchSize': '16', 'image.scale': '2'}),
    ]);
    expect(names).toEqual([
      'faces epochs=1 scale=1',
      'faces epochs=2 scale=1',
      'faces epochs=2 scale=2',
    ]);
  });

  it('have the end of the id where no short value tells them apart', () => {
    const layers = (count: number): string => 'conv2d filters 8, '.repeat(count);
    expect(
      designNames([
        design('20260101-000000-faces-1111', {'model.layers': layers(3)}),
        design('20260101-000000-faces-2222', {'model.layers': layers(4)}),
      ]),
    ).toEqual(['faces 1111', 'faces 2222']);
  });
});

describe('a run without a result', () => {
  const compared = (...runs: readonly Partial<WrittenRun>[]) => {
    const folder = temporaryFolder();
    return Promise.all(
      runs.map((run, index) =>
        writtenRecord(folder, {
          ...{id: `20260101-00000${index}-a-${String(index).repeat(4)}`, experiment: 'a'},
          ...{heads: {Male: right(9, 10)}, seed: 1, ...run},
        }),
      ),
    ).then(records => compareRuns(records));
  };
  const stopped = {
    type: 'run.finished',
    status: 'stopped',
    seconds: 1,
    peakMemoryBytes: 1,
  } as const;
  const failed = {type: 'run.failed', message: 'no data', exitCode: 3} as const;

  it('has no row of its own where its design has another run of the same seed', async () => {
    const {groups} = await compared({last: stopped}, {}, {last: failed}, {seed: 2});
    expect(groups.map(({name, seeds, runs}) => [name, seeds, runs.length])).toEqual([
      ['a', [1, 2], 4],
    ]);
  });

  it('is a row by itself where its design has no other run', async () => {
    const {groups} = await compared({last: failed}, {experiment: 'b'});
    expect(groups.map(({name, seeds}) => [name, seeds])).toEqual([
      ['a', []],
      ['b', [1]],
    ]);
  });
});

describe('the titles of columns', () => {
  it('count the images of a batch only where somebody measured it', async () => {
    const {columnsOf} = await import('../../src/report/tables/columns.js');
    const folder = temporaryFolder();
    const inference = {imageMs: 1, batchMs: 20, batchImages: 32};
    const records = await Promise.all([
      writtenRecord(folder, {
        ...{id: '20260101-000000-a-0001', experiment: 'a', heads: {Male: right(9, 10)}, inference},
      }),
      writtenRecord(folder, {
        ...{id: '20260101-000000-b-0002', experiment: 'b', heads: {Male: right(8, 10)}},
      }),
    ]);
    const titles = columnsOf(await compareRuns(records)).map(({display}) => display?.title);
    expect(titles).toContain('32 images');
    expect(titles.join()).not.toContain('NaN');
  });
});
