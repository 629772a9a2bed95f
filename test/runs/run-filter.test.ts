import {describe, expect, it} from 'vitest';
import {runFacts, sortedRuns} from '../../src/runs/run-facts.js';
import {parseRunFilter} from '../../src/runs/run-filter.js';
import {listRuns, type RunRecord} from '../../src/runs/run-record.js';
import {recordedRecords, recordOf} from '../helpers/interface-fixture.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

const recorded = await recordedRecords();

/** The experiments of the recorded runs that a filter lets through. */
function passed(filter: string, records: readonly RunRecord[] = recorded): readonly string[] {
  const {matches, problems} = parseRunFilter(filter, records);
  expect(problems).toEqual([]);
  return records.filter(matches).map(({state}) => state.experiment);
}

function problemOf(filter: string): string {
  return parseRunFilter(filter, recorded).problems.join('\n');
}

describe('a filter of runs', () => {
  it.each([
    ['', ['smile-미소', 'exploding', 'separate', 'multi-output']],
    ['multi', ['multi-output']],
    ['OUTPUT completed', ['multi-output']],
    ['status=failed', ['exploding']],
    ['status!=failed 20261127', ['smile-미소', 'separate', 'multi-output']],
    ['experiment~sep', ['separate']],
    ['Smiling>0.7', ['smile-미소', 'multi-output']],
    ['smiling>=0.46 Male=1', ['separate']],
    ['Male=0.73', ['multi-output']],
    ['epochs=8 parameters<2000 status=completed', ['multi-output']],
    ['time<1h status:comp', ['smile-미소', 'separate', 'multi-output']],
    ['started>=2026-11-27 seed=2 미소', ['smile-미소']],
    ['Smiling!=1 status=failed', ['exploding']],
  ])('%s', (filter, experiments) => {
    expect(passed(filter)).toEqual(experiments);
  });

  it('compares the keys of a matrix, whose end is enough', async () => {
    const runs = temporaryFolder();
    for (const [index, scale] of [0.5, 1, 2].entries())
      writeRun(runs, {
        id: `2026010${index + 1}-000000-a-0000`,
        experiment: `scale-${scale}`,
        heads: {Male: right(8, 10)},
        variant: {'data.image.scale': scale},
      });
    const records = await listRuns(runs);
    expect(passed('image.scale=0.5', records)).toEqual(['scale-0.5']);
    expect(passed('scale>=1', records)).toEqual(['scale-2', 'scale-1']);
    expect(passed('data.image.scale!=1', records)).toEqual(['scale-2', 'scale-0.5']);
  });

  it('compares keys of the definition that no matrix has, whose end is enough', () => {
    expect(passed('training.batchSize=12 data.heads~Male')).toEqual([
      'exploding',
      'separate',
      'multi-output',
    ]);
    expect(passed('learningRate>1')).toEqual(['exploding']);
    expect(passed('optimizer.momentum.learningRate=100')).toEqual(['exploding']);
    expect(passed('model.kind=separate')).toEqual(['separate']);
    expect(passed('model.layers~dense training.epochs<8')).toEqual(['smile-미소', 'exploding']);
    expect(problemOf('training.batchsise=12')).toContain('Did you mean training.batchSize?');
  });

  it('lets every run through while their definitions are not read', () => {
    const {matches, problems, isWaiting} = parseRunFilter('batchSize=1', recorded, () => false);
    expect(isWaiting).toBe(true);
    expect(problems).toEqual(['batchSize=1: Reading the definitions of 4 runs …']);
    expect(recorded.every(matches)).toBe(true);
    expect(parseRunFilter('seed=3', recorded, () => false).isWaiting).toBe(false);
  });

  it('says what is wrong, and ignores the term meanwhile', () => {
    expect(problemOf('Smilng>0.8')).toBe(
      'Smilng>0.8: No run has the key Smilng. Expected one of started, experiment, status, accuracy, time, seed, epochs, parameters, tags, note, Smiling, Male, or a key of the definition. Did you mean Smiling?',
    );
    expect(problemOf('seed=x')).toBe('seed=x: Expected a number; received x.');
    expect(problemOf('time>soon')).toBe(
      'time>soon: Expected a time such as 90, 90s, 5m or 2h; received soon.',
    );
    expect(problemOf('status=')).toBe('status=: Expected a value after =.');
    const {matches} = parseRunFilter('status= multi', recorded);
    expect(recorded.filter(matches)).toHaveLength(1);
  });
});

describe('the facts of runs', () => {
  it('sort runs, those without the fact last in both directions', () => {
    const male = runFacts(recorded).find(({key}) => key === 'Male');
    if (male === undefined) throw new Error('Expected the head Male.');
    const names = sortedRuns(recorded, male, true).map(({state}) => state.experiment);
    expect(names.slice(0, 2)).toEqual(['separate', 'multi-output']);
    expect(male.value(recordOf(recorded, 'smile-미소'))).toBeUndefined();
    const ascending = sortedRuns(recorded, male, false).map(({state}) => state.experiment);
    expect(ascending.slice(0, 2)).toEqual(['multi-output', 'separate']);
  });
});
