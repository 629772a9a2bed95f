import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {DataInfo} from '../../../src/data/info.js';
import {lookAtData} from '../../../src/tui/loading/load-data.js';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const all = await scenes();

describe('the data', () => {
  it('shows how many images each class of an attribute has', () => {
    const snapshot = all['data'] as Snapshot;
    const info = {
      ...(snapshot.data.info as DataInfo),
      classes: {species: {cat: 1200, dog: 80, horse: 5}},
    };
    const {frame} = mountSnapshot(
      {...snapshot, data: {...snapshot.data, info}},
      {columns: 120, rows: 50},
    );
    expect(frame()).toMatch(/Attribute +Class +Images/);
    expect(frame()).toMatch(/species +cat +1,200/);
    expect(frame()).toMatch(/species +horse +5 /);
  });

  it('is that of the experiment under the cursor, also where a filter moved the cursor', async () => {
    const snapshot = all['experiments'] as Snapshot;
    const {press, controller} = mountSnapshot(snapshot, {columns: 120, rows: 40});
    await press('/');
    await press('separate');
    await press('\r');
    await press('6');
    lookAtData(controller);
    expect(controller.snapshot.get().data.asked).toBe('separate');
  });
});
