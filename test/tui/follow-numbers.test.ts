import {describe, expect, it} from 'vitest';
import {measureRun} from '../../src/compare/run-metrics.js';
import {TuiController} from '../../src/tui/controller.js';
import {followScreen} from '../../src/tui/loading/follow-screen.js';
import type {Services} from '../../src/tui/services.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';
import {recordedRecords, recordedRuns, recordOf} from '../helpers/interface-fixture.js';
import {fixtureServices} from '../helpers/interface-services.js';

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
