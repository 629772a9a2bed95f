import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it, onTestFinished} from 'vitest';
import {TuiController} from '../../../src/tui/controller.js';
import {mountApp, type Size} from '../../helpers/frames.js';
import {fixtureServices} from '../../helpers/interface-services.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

afterEach(cleanup);

/** The interface with the cursor on the experiment `multi-output`, and its prompt for values open. */
async function open(trainer = 'replays', size: Size = {columns: 100, rows: 30}) {
  const services = fixtureServices({runs: temporaryFolder(), trainer});
  const controller = new TuiController(services);
  const {experiments} = controller.open();
  onTestFinished(() => controller.close());
  onTestFinished(() => services.queue.kill());
  await experiments;
  const mounted = mountApp(controller, size);
  await mounted.press('jj');
  await mounted.press('s');
  return {...mounted, controller, services};
}

describe('the values for the next start', () => {
  it.each([
    [60, 20],
    [80, 24],
    [120, 40],
    [200, 60],
  ])('stand beside those of the file, at %i columns and %i rows', async (columns, rows) => {
    const {frame} = await open('replays', {columns, rows});
    expect(frame()).toContain('Next start: KEY or KEY=VALUE');
    expect(frame()).toMatch(/▸training\.epochs +8/);
    expect(frame()).toMatch(/training\.seed +\d+/);
    expect(frame()).toContain('Del as in the file');
  });

  it('are found by letters, edited, and used once', async () => {
    const {press, frame, controller, services} = await open();
    await press('seed');
    expect(frame()).toMatch(/▸training\.seed/);
    await press('\r');
    // What is typed is the value: it does not follow the present one.
    expect(frame()).toMatch(/> training\.seed= /);
    expect(frame()).toContain('as in the file: 2');
    await press('\t');
    expect(frame()).toMatch(/> training\.seed=2/);
    await press('\u0017training.seed=77');
    await press('\r');
    await expect.poll(() => controller.state.nextStart).toEqual({'training.seed': '77'});
    await press('repeat=2');
    await press('\r');
    await expect.poll(() => controller.state.nextStart['repeat']).toBe('2');
    await press('model.layers[0].conv2d.filters=3');
    await press('\r');
    await expect.poll(() => Object.keys(controller.state.nextStart)).toHaveLength(3);
    await press('\u001B[27u');
    expect(frame()).toContain('next start: seed=77, repeat=2, filters=3');
    await press('r');
    await expect.poll(() => services.queue.state.get().items).toHaveLength(2);
    const [first, second] = services.queue.state.get().items.map(({job}) => job.experiment);
    expect(first?.training.seed).toBe(77);
    expect(second?.training.seed).not.toBe(77);
    expect(first?.model.layers[0]).toMatchObject({conv2d: {filters: 3}});
    await expect.poll(() => controller.state.nextStart).toEqual({});
  });

  it.each([
    [
      'training.epochs=0',
      /from --set training\.epochs=0\) Expected integer \(1 to 100000\); received 0/,
    ],
    ['trainin.epochs=2', /"trainin" is not a key\. Expected one of .*Did you mean training\?/],
    ['repeat=0', /repeat: Expected a whole number from 1 to 1000; received "0"\./],
    ['=2', /expected KEY=VALUE/],
  ])('are checked as those of --set: %s', async (text, problem) => {
    const {press, frame, controller} = await open();
    await press(text);
    await press('\r');
    await expect.poll(() => frame().replaceAll(/[│\s]+/g, ' ')).toMatch(problem);
    expect(controller.state.nextStart).toEqual({});
    await press('x');
    expect(controller.state.prompt?.problem).toBeUndefined();
  });

  it('are those of the file again with Del, or with an empty value', async () => {
    const {press, frame, controller} = await open();
    for (const back of ['\u001B[3~', 'training.epochs=\r']) {
      await press('training.epochs=3');
      await press('\r');
      await expect.poll(() => controller.state.nextStart).toEqual({'training.epochs': '3'});
      expect(frame()).toMatch(/▸training\.epochs +3 +8/);
      await press(back);
      await expect.poll(() => controller.state.nextStart).toEqual({});
    }
  });

  it('include the data folder that o has chosen, which Del takes back', async () => {
    const {press, frame, controller} = await open();
    controller.change(state => ({...state, dataFolder: '/photographs/mine'}));
    await press('root');
    expect(frame()).toMatch(/▸data\.root +\/photographs\/mine/);
    await press('\u0015data.root=/photographs/others');
    await press('\r');
    await expect.poll(() => controller.state.dataFolder).toBe('/photographs/others');
    expect(controller.state.nextStart).toEqual({});
    await press('data.root=');
    await press('\r');
    await expect.poll(() => controller.state.dataFolder).toBeUndefined();
  });

  it('are there again after a start that failed', async () => {
    const {press, controller, services} = await open('dies-silently');
    await press('training.seed=77');
    await press('\r');
    await expect.poll(() => controller.state.nextStart).toEqual({'training.seed': '77'});
    await press('\u001B[27u');
    await press('r');
    await expect
      .poll(() => services.queue.state.get().items[0]?.run.status, {timeout: 20_000})
      .toBe('crashed');
    await expect.poll(() => controller.state.nextStart).toEqual({'training.seed': '77'});
  });

  it('share the epochs with + and -', async () => {
    const {press, controller} = await open();
    await press('\u001B[27u');
    await press('++-');
    expect(controller.state.nextStart).toEqual({'training.epochs': '9'});
    await press('-');
    expect(controller.state.nextStart).toEqual({});
  });
});
