import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {DataSummary, Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const all = await scenes();

describe('the data', () => {
  it('shows how many images each class of an attribute has', () => {
    const snapshot = all['data'] as Snapshot;
    const info = {
      ...(snapshot.data.info as DataSummary),
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
});
