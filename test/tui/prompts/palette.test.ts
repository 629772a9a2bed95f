import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import {bindingsOf} from '../../../src/tui/keys/key-table.js';
import {tabs} from '../../../src/tui/state/interface-state.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {recordedExperiments, snapshotOf} from '../../helpers/interface-fixture.js';

afterEach(cleanup);

const experiments = await recordedExperiments();
const size = {columns: 100, rows: 30};

describe('the commands', () => {
  it.each([...tabs, 'run'] as const)(
    'are those of the key table, on the screen %s',
    async screen => {
      const {press, frame} = mountSnapshot(snapshotOf({experiments, state: {screen}}), {
        columns: 200,
        rows: 60,
      });
      await press(':');
      const text = frame();
      expect(text).toContain('╭─ Commands ');
      for (const {keys, help, cannot} of bindingsOf(screen)) {
        if (keys.includes('ctrl-p')) continue;
        if (cannot === undefined) expect(text).toContain(help.slice(0, 100));
      }
    },
  );

  it('are found by letters that need not follow each other, the best first', async () => {
    const {press, frame} = mountSnapshot(snapshotOf({experiments}), size);
    await press('\u0010');
    await press('the data');
    expect(frame()).toMatch(/▸6 +Show the data\./);
    await press('\u0015cmpr');
    expect(frame()).toMatch(/▸4 +Show the comparison\./);
    await press('\u0015zzzz');
    expect(frame()).toContain('No command has these letters.');
    await press('\r');
    expect(frame()).toContain('No command has these letters.');
  });

  it('begin with what is typed, or have words that do, and letters between others count only without them', async () => {
    const {press, frame} = mountSnapshot(snapshotOf({experiments}), size);
    await press(':');
    await press('run');
    const rows = frame()
      .split('\n')
      .filter(line => /^│ [ ▸]\S.* {2}\S/.test(line) && !line.includes('Keys'));
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row.toLowerCase()).toMatch(/\brun/);
    expect(rows[0]).toContain('Run the marked experiments');
    await press('\u0015quit');
    expect(frame()).toMatch(/▸q +Quit\. Asks/);
  });

  it('are run by Enter, and the arrows choose', async () => {
    const {press, frame, controller} = mountSnapshot(snapshotOf({experiments}), size);
    await press(':');
    await press('all runs');
    await press('\u001B[B');
    await press('\u001B[A');
    await press('\r');
    expect(controller.state.screen).toBe('runs');
    expect(controller.state.prompt).toBeUndefined();
    expect(frame()).not.toContain('Commands');
  });

  it('say why they cannot be run now, and then do nothing', async () => {
    const {press, frame, controller} = mountSnapshot(
      snapshotOf({experiments, state: {screen: 'live'}}),
      {columns: 140, rows: 30},
    );
    await press(':');
    await press('pause');
    expect(frame()).toMatch(/▸p +Pause training .* Not now: No run is in progress\./);
    await press('\r');
    expect(controller.state.notice?.text).toBe('No run is in progress.');
  });

  it('start, stop and delete nothing where Enter came with other keys', async () => {
    const {press, controller} = mountSnapshot(snapshotOf({experiments}), size);
    await press(':quit\r');
    expect(controller.state.notice?.text).toContain('arrived together with other keys');
  });

  it('are left by Esc, which does nothing else', async () => {
    const {press, controller} = mountSnapshot(
      snapshotOf({experiments, state: {screen: 'run', trail: ['runs']}}),
      size,
    );
    await press(':');
    await press('\u001B');
    await expect.poll(() => controller.state.prompt).toBeUndefined();
    expect(controller.state.screen).toBe('run');
  });
});
