import {renameSync} from 'node:fs';
import {describe, expect, it, onTestFinished} from 'vitest';
import {measureRun} from '../../src/compare/run-metrics.js';
import {listRuns, type RunRecord} from '../../src/runs/run-record.js';
import {TuiController} from '../../src/tui/controller.js';
import {followScreen} from '../../src/tui/loading/follow-screen.js';
import type {Services} from '../../src/tui/services/services.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';
import {recordedRecords, recordedRuns, recordOf} from '../helpers/interface-fixture.js';
import {fixtureServices} from '../helpers/interface-services.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

const records = await recordedRecords();
const record = recordOf(records, 'multi-output');
const services = fixtureServices({runs: recordedRuns});

/** An interface with the recorded run open at its curves. */
function opened(own: Partial<Services> = {}): TuiController {
  const controller = new TuiController({...services, ...own}, 'run');
  followScreen(controller);
  controller.update({runs: records});
  controller.change(state => ({...state, openRun: record.folder.id}));
  return controller;
}

function turnToHeads(controller: TuiController): Promise<Snapshot['measured']> {
  return new Promise(resolve => {
    controller.snapshot.subscribe(() => {
      const {measured} = controller.snapshot.get();
      if (measured.run !== undefined) resolve(measured);
    });
    controller.change(state => ({...state, runTab: 'heads'}));
  });
}

describe('the numbers of a run', () => {
  it('are there when its heads are looked at', async () => {
    const {run} = await measureRun(record);
    expect(await turnToHeads(opened())).toEqual({
      run: record.folder.id,
      result: run,
      error: undefined,
    });
  });

  it('are not asked for before', () => {
    let asked = 0;
    opened({measure: () => Promise.reject(new Error(String(++asked)))});
    expect(asked).toBe(0);
  });

  it('are asked for once, however often the screen changes', async () => {
    let asked = 0;
    const {run} = await measureRun(record);
    const controller = opened({
      measure: () => {
        asked++;
        return Promise.resolve(run);
      },
    });
    await turnToHeads(controller);
    for (let by = 1; by < 5; by++) controller.change(state => ({...state, scroll: by}));
    expect(asked).toBe(1);
  });

  it('leave what went wrong in their place', async () => {
    const controller = opened({measure: () => Promise.reject(new Error('the thread is gone'))});
    expect((await turnToHeads(controller)).error).toBe('the thread is gone');
  });
});

describe('the predictions of a run', () => {
  it('are read once they are there, when the run goes on that had none', async () => {
    const runs = temporaryFolder();
    const folder = writeRun(runs, {
      ...{id: '20260101-000000-faces-0000', experiment: 'faces', seed: 1},
      heads: {Male: right(6, 10)},
    });
    const written = `${folder.predictions}.later`;
    renameSync(folder.predictions, written);
    const [open] = await listRuns(runs);
    const controller = new TuiController(fixtureServices({runs}), 'predictions');
    controller.update({runs: [open as RunRecord]});
    controller.change(({predictions}) => ({predictions: {...predictions, run: folder.id}}));
    onTestFinished(followScreen(controller));
    const shown = (): Snapshot['predictions'] => controller.snapshot.get().predictions;
    await expect.poll(() => shown().error).toBe('This run has no predictions yet.');
    renameSync(written, folder.predictions);
    controller.update({runs: [{...(open as RunRecord)}]});
    await expect.poll(() => shown().images.length).toBe(10);
    expect(shown().error).toBeUndefined();
  });
});
