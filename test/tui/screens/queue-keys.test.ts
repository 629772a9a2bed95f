import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {progressOf} from '../../../src/tui/text/run-text.js';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {widthOf} from '../../../src/tui/text/fit.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {recordedRecords, recordOf} from '../../helpers/interface-fixture.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const live = (await scenes())['live'] as Snapshot;

describe('d on a queued run', () => {
  it('asks first, and removes it only at y', async () => {
    const {press, frame, controller} = mountSnapshot(live, {columns: 80, rows: 24});
    const obey = vi.spyOn(controller.services, 'command').mockResolvedValue();
    await press('j');
    await press('d');
    expect(frame()).toContain('Remove smile-미소 from the queue?  y remove  n keep');
    await press('n');
    expect(obey).not.toHaveBeenCalled();
    await press('d');
    await press('y');
    expect(obey).toHaveBeenCalledExactlyOnceWith(undefined, {type: 'remove', key: '3'});
    expect(controller.state.lists.queue.cursor).toBe('4');
  });
});

describe('the question of q', () => {
  it.each([1, 2, 9, 20, 100])('has all of its answers whole, with %i runs queued', async queued => {
    for (const columns of [60, 79, 80, 81, 82, 100]) {
      const [done, active, waiting] = live.queue.items;
      if (done === undefined || active === undefined || waiting === undefined)
        throw new Error('The queue is too short.');
      const rest = Array.from({length: queued}, (_, index) => ({...waiting, key: `w${index}`}));
      const items = [done, active, ...rest];
      const {press, frame} = mountSnapshot(
        {...live, queue: {...live.queue, items}},
        {columns, rows: 24},
      );
      await press('q');
      const lines = frame().split('\n');
      const text = lines.slice(-3).join(' ');
      expect(text).toContain('s stop it and quit');
      expect(text).toContain('l leave it running');
      expect(text).toContain('n stay');
      expect(text).not.toContain('…');
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      cleanup();
    }
  });
});

describe('the progress of a run', () => {
  it('is whole for a run that resumed after its last epoch', async () => {
    const {state} = recordOf(await recordedRecords(), 'separate');
    const resumed = {...state, epoch: 0, batch: undefined, partial: []};
    expect(progressOf(resumed)).toMatchObject({epoch: 1, run: 1});
  });

  it('is none in an epoch that has just begun', async () => {
    const {state} = recordOf(await recordedRecords(), 'separate');
    const models = state.models.map(model =>
      model.name === state.current
        ? {...model, status: 'training' as const, history: model.history.slice(0, 2)}
        : model,
    );
    expect(progressOf({...state, models, epoch: 3, batch: undefined}).epoch).toBe(0);
  });
});
