import {describe, expect, it} from 'vitest';
import {foldsOf, namesInQueue} from '../../src/experiment/folds.js';
import {tinyExperiment} from '../helpers/experiments.js';

const withSeed = (seed: number) => tinyExperiment(`training.seed=${seed}`);

describe('the names of runs in a queue', () => {
  it('tell folds apart', () => {
    const folds = foldsOf(tinyExperiment('data.split={folds: 3, validation: 8}'));
    expect(namesInQueue(folds)).toEqual(['tiny fold 1/3', 'tiny fold 2/3', 'tiny fold 3/3']);
  });

  it('tell seeds apart where several runs have one name, and only there', () => {
    const other = {...withSeed(1), name: 'other'};
    const names = ['tiny seed 1', 'other', 'tiny seed 2'];
    expect(namesInQueue([withSeed(1), other, withSeed(2)])).toEqual(names);
  });

  it('tell seeds of the same fold apart', () => {
    const fold = (seed: number) =>
      tinyExperiment('data.split={folds: 3, fold: 2, validation: 8}', `training.seed=${seed}`);
    expect(namesInQueue([fold(1), fold(2)])).toEqual([
      'tiny fold 2/3 seed 1',
      'tiny fold 2/3 seed 2',
    ]);
  });
});
