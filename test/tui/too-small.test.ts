import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import {mountSnapshot} from '../helpers/frames.js';
import {snapshotOf} from '../helpers/interface-fixture.js';

afterEach(cleanup);

describe('a terminal below the smallest size', () => {
  it.each([59, 40, 24, 16])('reads whole sentences at %i columns', columns => {
    const {frame} = mountSnapshot(snapshotOf({}), {columns, rows: 10});
    expect(frame().split(/\s+/).join(' ').trim()).toBe(
      `${columns}x10 is too small. It needs 60x20. q quits.`,
    );
  });

  it('shows the question that q asks, with its answers', () => {
    const choices = [{key: 's', label: 'stop it and quit', act: () => {}}];
    const question = {text: 'A run is in progress:', choices};
    const {frame} = mountSnapshot(snapshotOf({state: {question}}), {columns: 40, rows: 10});
    expect(frame().split(/\s+/).join(' ')).toContain('A run is in progress: s stop it and quit');
  });
});
