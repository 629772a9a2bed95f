import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {withManyHeads} from '../../helpers/many-heads.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const run = (await scenes())['run'] as Snapshot;
const manyRun: Snapshot = {
  ...run,
  runs: run.runs.map(record => ({...record, state: withManyHeads(record.state)})),
};

/** The same with weights of its heads. */
function balanced(snapshot: Snapshot): Snapshot {
  return {
    ...snapshot,
    state: {...snapshot.state, curves: 'heads'},
    runs: snapshot.runs.map(record => ({
      ...record,
      state: {
        ...record.state,
        models: record.state.models.map(model => ({
          ...model,
          history: model.history.map(epoch => ({
            ...epoch,
            weights: Object.fromEntries(
              model.heads.map((head, index) => [head, 1 + (index + 1) / epoch.epoch]),
            ),
          })),
        })),
      },
    })),
  };
}

describe('the weights of balanced heads', () => {
  it('are curves, or a heat map of many, after those of all heads', async () => {
    const two = mountSnapshot(balanced(run), {columns: 120, rows: 40});
    await two.press('y');
    expect(two.frame()).toContain('Weights of the heads');
    expect(two.frame()).toMatch(/Male \d\.\d{3}/);
    const many = mountSnapshot(balanced(manyRun), {columns: 120, rows: 40});
    await many.press('y');
    expect(many.frame()).toContain('Weights by epoch: heads 1–');
  });

  it('are passed over where there are none', async () => {
    const {frame, press} = mountSnapshot(
      {...run, state: {...run.state, curves: 'heads'}},
      {columns: 120, rows: 40},
    );
    await press('y');
    expect(frame()).not.toContain('Weights');
  });
});
