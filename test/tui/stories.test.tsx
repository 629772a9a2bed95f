import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {App} from '../../src/tui/App.js';
import {TuiController} from '../../src/tui/interface.js';
import {followScreen} from '../../src/tui/loading/follow-screen.js';
import {makeTheme} from '../../src/tui/theme.js';
import {Store} from '../../src/util/store.js';
import {keysTo} from '../helpers/frames.js';
import {fixtureServices} from '../helpers/interface-services.js';
import {mount} from '../helpers/mount.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** A person at the interface: its trainer replays real runs in processes of its own. */
async function sitDown(env: NodeJS.ProcessEnv = {}) {
  const to = new TuiController(fixtureServices({runs: temporaryFolder(), env}), {ascii: false});
  const unfollow = followScreen(to);
  const size = new Store({columns: 120, rows: 40});
  const theme = makeTheme({colors: 0, background: 'dark', ascii: false});
  const {frame, press, unmount} = mount(
    draw => <App {...{controller: to, size, theme, draw}} keys={keysTo(to)} repaint={() => {}} />,
    size.get(),
  );
  onTestFinished(async () => {
    await to.services.queue.stop();
    await to.services.queue.start();
    unmount();
    unfollow();
    to.close();
  });
  const opened = to.open();
  await Promise.all([opened.experiments, opened.runs]);
  const see = (text: string | RegExp): Promise<void> =>
    vi.waitFor(() => expect(frame()).toMatch(text), {timeout: 40_000, interval: 50});
  return {to, frame, press, see};
}

/** The experiments under the cursor are marked one after another and started together. */
async function runBoth({to, press, see}: Awaited<ReturnType<typeof sitDown>>): Promise<void> {
  await see('multi-output');
  for (const name of ['multi-output', 'separate']) {
    to.change(state => ({
      ...state,
      lists: {...state.lists, experiments: {...state.lists.experiments, cursor: name}},
    }));
    await press(' ');
  }
  await press('r');
}

/** What the queue says of its runs, in order. */
function outcomes(to: TuiController): readonly string[] {
  return to.services.queue.state
    .get()
    .items.map(({job, run}) => `${job.experiment.name} ${run.status}`);
}

/** Durations are the machine's: they are not part of the story. */
function masked(text: string): string {
  return text.replaceAll(/\d+(\.\d+)?( ?ms| ?s|h|m)\b/g, '#');
}

describe('a person who runs two experiments', () => {
  it('watches them to their end and compares them', async () => {
    const person = await sitDown();
    await runBoth(person);
    await vi.waitFor(
      () => expect(outcomes(person.to)).toEqual(['multi-output completed', 'separate completed']),
      {timeout: 40_000},
    );
    await person.see(/✓ multi-output[^]*✓ separate/);
    await person.press('4');
    await person.see(/Male[^]*Smiling/);
    await person.see(/0\.800/);
    expect(masked(person.frame())).toMatch(/multi-output[^]*separate/);
  }, 90_000);

  it('is asked before a stop, can go on, and stops what runs and what waits', async () => {
    const person = await sitDown({REPLAY_HOLD: '3'});
    await runBoth(person);
    await person.press('2');
    await person.see('epoch 3 of 8');
    await person.press('x');
    await person.see('Stop multi-output with a checkpoint, and remove 1 queued run?');
    await person.press('n');
    expect(outcomes(person.to)).toEqual(['multi-output running', 'separate queued']);
    await person.press('x');
    await person.press('y');
    await vi.waitFor(
      () => expect(outcomes(person.to)).toEqual(['multi-output stopped', 'separate cancelled']),
      {timeout: 40_000},
    );
  }, 90_000);

  it('skips to the next', async () => {
    const person = await sitDown({REPLAY_HOLD: '3'});
    await runBoth(person);
    await person.press('2');
    await person.see('epoch 3 of 8');
    await person.press('n');
    await person.see('start the next run');
    await person.press('y');
    await vi.waitFor(
      () => expect(outcomes(person.to)).toEqual(['multi-output stopped', 'separate running']),
      {timeout: 40_000},
    );
    await person.see('▶ 2/2');
  }, 90_000);
});
