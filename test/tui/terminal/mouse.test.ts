import {cleanup} from 'ink-testing-library';
import stringWidth from 'string-width';
import {afterEach, describe, expect, it, vi} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {recordedExperiments, recordedRecords, snapshotOf} from '../../helpers/interface-fixture.js';

afterEach(cleanup);

const experiments = await recordedExperiments();
const runs = await recordedRecords();
const names = experiments.map(({name}) => name);

function open(
  state: Parameters<typeof snapshotOf>[0]['state'] = {},
  columns = 100,
  rows = 30,
  queuesElsewhere: Snapshot['queuesElsewhere'] = [],
) {
  const snapshot = snapshotOf({experiments, runs, state, queuesElsewhere});
  const mounted = mountSnapshot(snapshot, {columns, rows});
  /** Where a text is on the screen, counted from 1 as a terminal does. */
  const placeOf = (text: string): string => {
    const lines = mounted.frame().split('\n');
    const row = lines.findIndex(line => line.includes(text));
    if (row === -1) throw new Error(`${text} is not on the screen:\n${lines.join('\n')}`);
    const before = (lines[row] ?? '').split(text)[0] ?? '';
    return `${stringWidth(before) + 1};${row + 1}`;
  };
  const click = async (text: string): Promise<void> => {
    const place = placeOf(text);
    await mounted.press(`\u001B[<0;${place}M`);
    await mounted.press(`\u001B[<0;${place}m`);
  };
  return {...mounted, click, placeOf};
}

describe('a click', () => {
  it.each([
    [60, 20],
    [80, 24],
    [120, 40],
    [200, 60],
  ])('selects the row that it is on, at %i columns and %i rows', async (columns, rows) => {
    const {click, frame, controller} = open({}, columns, rows);
    for (const name of ['sizes', 'exploding']) {
      await click(` ${name} `);
      expect(controller.state.lists.experiments.cursor).toBe(name);
      expect(frame()).toMatch(new RegExp(`▸ +${name} `));
    }
  });

  it('selects a row of a list that is scrolled', async () => {
    const {press, click, controller} = open({pane: 1}, 60, 20);
    await press('\u001B[Z');
    await press('G');
    await click(` ${names.at(-2)} `);
    expect(controller.state.lists.experiments.cursor).toBe(names.at(-2));
  });

  it('selects the run of a queue that it is on', async () => {
    const items = ['first', 'second', 'third'].map((name, index) => ({
      key: String(index + 1),
      name,
      run: undefined,
    }));
    const {click, controller} = open({screen: 'live'}, 120, 40, [
      {id: 'other', holder: 'here', items},
    ]);
    await click('○ third');
    expect(controller.state.lists.queue.cursor).toBe('other/3');
    await click('○ second');
    expect(controller.state.lists.queue.cursor).toBe('other/2');
  });

  it('opens the tab that it is on, also before a question or a prompt', async () => {
    const {press, click, controller} = open();
    await click('3 Runs');
    expect(controller.state.screen).toBe('runs');
    await press('d');
    await click('6 Data');
    expect(controller.state).toMatchObject({screen: 'data', question: undefined});
    await press(':');
    await click('1 Experiments');
    expect(controller.state).toMatchObject({screen: 'experiments', prompt: undefined});
  });

  it('presses the key that it is on in the footer, and answers a question', async () => {
    const {click, controller} = open({screen: 'runs'});
    await click('s sort');
    expect(controller.state.prompt?.kind).toBe('sort');
    await click('Esc close');
    await click('d delete');
    expect(controller.state.question?.text).toContain('Delete');
    await click('n keep');
    expect(controller.state.question).toBeUndefined();
    await click('? help');
    await click('Esc back');
    expect(controller.state.help).toBe(false);
  });

  it('answers nothing where it came together with other input, as an unmarked paste does', async () => {
    const {press, placeOf, controller} = open({screen: 'runs'});
    const act = vi.fn();
    controller.ask({text: 'Delete?', choices: [{key: 'y', label: 'delete', act}]});
    await expect.poll(() => placeOf('y delete')).toBeDefined();
    await press(`j\u001B[<0;${placeOf('y delete')}M`);
    expect(act).not.toHaveBeenCalled();
  });

  it('chooses a command, and a second one runs it', async () => {
    const {press, click, controller} = open();
    await press(':');
    await click('Show the live run and the queue.');
    expect(controller.state.screen).toBe('experiments');
    await click('Show the live run and the queue.');
    expect(controller.state.screen).toBe('live');
  });

  it('does nothing on empty cells, with another button, and inside of a paste', async () => {
    const {press, placeOf, controller} = open();
    const before = controller.state;
    const place = placeOf(` ${names[2]} `);
    await press('\u001B[<0;99;29M');
    await press(`\u001B[<2;${place}M\u001B[<2;${place}m\u001B[<32;${place}M`);
    expect(controller.state).toEqual(before);
    await press(`\u001B[200~\u001B[<0;${place}M\u001B[201~`);
    expect(controller.state.lists).toEqual(before.lists);
  });
});

describe('the wheel', () => {
  it('moves the cursor of a list and scrolls a text by three rows', async () => {
    const {press, controller} = open();
    await press('\u001B[<65;10;10M');
    expect(controller.state.lists.experiments.cursor).toBe(names[3]);
    await press('\u001B[<65;10;10M\u001B[<65;10;10M\u001B[<64;10;10M');
    expect(controller.state.lists.experiments.cursor).toBe(names.at(-4));
    await press('\t');
    await press('\u001B[<65;10;10M');
    expect(controller.state.scroll).toBe(3);
  });

  it('cancels no question', async () => {
    const {press, controller} = open({screen: 'runs'});
    await press('d');
    await press('\u001B[<65;10;10M');
    expect(controller.state.question).toBeDefined();
  });
});

describe('the end of a paste that never comes', () => {
  it('is taken for granted after two seconds', async () => {
    const {press, controller} = open();
    await press('/');
    await press('\u001B[200~mul');
    expect(controller.state.lists.experiments.filter).toBe('');
    await expect
      .poll(() => controller.state.lists.experiments.filter, {timeout: 10_000})
      .toBe('mul');
    await press('t');
    expect(controller.state.lists.experiments.filter).toBe('mult');
  });

  it('is not waited for where somebody presses Ctrl-C', async () => {
    const {press, controller} = open();
    const exit = vi.spyOn(controller, 'exit');
    await press('\u001B[200~holiday');
    await press('\u0003');
    expect(exit).toHaveBeenCalledWith('quit');
  });
});
