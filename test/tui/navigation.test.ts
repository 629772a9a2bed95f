import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import {tabs} from '../../src/tui/state/interface-state.js';
import {mountSnapshot} from '../helpers/frames.js';
import {recordedExperiments, recordedRecords, snapshotOf} from '../helpers/interface-fixture.js';

afterEach(cleanup);

const experiments = await recordedExperiments();
const runs = await recordedRecords();

function open() {
  return mountSnapshot(snapshotOf({experiments, runs}), {columns: 100, rows: 30});
}

/** Ink waits a moment for the rest of a sequence. */
const ESCAPE = '\u001B[27u';

describe('Esc', () => {
  it('leads from a run, a comparison and predictions to the list that opened them', async () => {
    const {press, controller} = open();
    for (const [key, screen] of [
      ['\r', 'run'],
      ['c', 'compare'],
      ['v', 'predictions'],
    ] as const) {
      await press('3');
      await press(key);
      expect(controller.state.screen).toBe(screen);
      await press(ESCAPE);
      expect(controller.state.screen).toBe('runs');
    }
    await press('\r');
    await press('v');
    await press(ESCAPE);
    expect(controller.state.screen).toBe('run');
    await press(ESCAPE);
    expect(controller.state.screen).toBe('runs');
  });

  it('never leads from one tab to another', async () => {
    const {press, controller} = open();
    for (const [index, tab] of tabs.entries()) {
      await press(String(index + 1));
      await press(ESCAPE);
      expect(controller.state.screen).toBe(tab);
    }
    await press('3');
    await press('\r');
    await press('6');
    await press(ESCAPE);
    expect(controller.state.screen).toBe('data');
  });
});
