import {describe, expect, it} from 'vitest';
import {visibleExperiments} from '../../src/tui/state/selectors.js';
import {withList} from '../../src/tui/state/lists.js';
import {recordedExperiments, snapshotOf} from '../helpers/interface-fixture.js';

describe('the visible experiments', () => {
  it('are the same array until the folder or the filter changes', async () => {
    const snapshot = snapshotOf({experiments: await recordedExperiments()});
    const filtered = {
      ...snapshot,
      state: withList(snapshot.state, 'experiments', {filter: 'sizes'}),
    };
    const all = visibleExperiments(snapshot);
    expect(visibleExperiments({...snapshot})).toBe(all);
    expect(visibleExperiments(filtered).map(({name}) => name)).toEqual(['sizes']);
    expect(visibleExperiments(snapshot)).toEqual(all);
    expect(visibleExperiments({...snapshot, experiments: []})).toEqual([]);
  });
});
