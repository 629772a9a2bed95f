import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {TuiController} from '../../src/tui/controller.js';
import {followScreen} from '../../src/tui/loading/follow-screen.js';
import {mountApp} from '../helpers/frames.js';
import {fixtureServices} from '../helpers/interface-services.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** A person at the interface: its trainer replays real runs in processes of its own. */
async function sitDown(env: NodeJS.ProcessEnv = {}) {
  const controller = new TuiController(fixtureServices({runs: temporaryFolder(), env}));
  const unfollow = followScreen(controller);
  const {frame, press, unmount} = mountApp(controller, {columns: 120, rows: 40});
  onTestFinished(async () => {
    await controller.services.queue.stop();
    await controller.services.queue.start();
    unmount();
    unfollow();
    controller.close();
  });
  const opened = controller.open();
  await Promise.all([opened.experiments, opened.runs]);
  const see = (text: string | RegExp): Promise<void> =>
    vi.waitFor(() => expect(frame()).toMatch(text), {timeout: 40_000, interval: 50});
  return {controller, frame, press, see};
}

/** The experiments under the cursor are marked one after another and started together. */
async function runBoth({
  controller,
  press,
  see,
}: Awaited<ReturnType<typeof sitDown>>): Promise<void> {
  await see('multi-output');
  for (const name of ['multi-output', 'separate']) {
    controller.change(state => ({
      ...state,
      lists: {...state.lists, experiments: {...state.lists.experiments, cursor: name}},
    }));
    await press(' ');
  }
  await press('r');
}

/** What the queue says of its runs, in order. */
function outcomes(controller: TuiController): readonly string[] {
  return controller.services.queue.state
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
      () =>
        expect(outcomes(person.controller)).toEqual([
          'multi-output completed',
          'separate completed',
        ]),
      {timeout: 40_000},
    );
    await person.see(/✓ multi-output[^]*✓ separate/);
    await person.press('2');
    await person.see(/All 2 runs ended\.[^]*c compares them\./);
    await person.press('c');
    await person.see(/\[Compare\]/);
    const compared = person.controller.state.compared;
    expect(compared).toEqual(
      person.controller.services.queue.state.get().items.map(({run}) => run.id),
    );
    await person.see(/Male[^]*Smiling/);
    await person.see(/0\.730/);
    expect(masked(person.frame())).toMatch(/multi-output[^]*separate/);
  }, 90_000);

  it('is asked before a stop, can continue, and stops what runs and what waits', async () => {
    const person = await sitDown({REPLAY_HOLD: '3'});
    await runBoth(person);
    await person.press('2');
    await person.see('epoch 3 of 8');
    await person.press('x');
    await person.see('Stop multi-output with a checkpoint, and remove 1 queued run?');
    await person.press('n');
    expect(outcomes(person.controller)).toEqual(['multi-output running', 'separate queued']);
    await person.press('x');
    await person.press('y');
    await vi.waitFor(
      () =>
        expect(outcomes(person.controller)).toEqual(['multi-output stopped', 'separate cancelled']),
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
      () =>
        expect(outcomes(person.controller)).toEqual(['multi-output stopped', 'separate running']),
      {timeout: 40_000},
    );
    await person.see('▶ 2/2');
  }, 90_000);
});
