import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {recordedExperiments, snapshotOf} from '../../helpers/interface-fixture.js';

afterEach(cleanup);

const experiments = await recordedExperiments();
const size = {columns: 100, rows: 30};
const names = experiments.map(({name}) => name);

/** The interface on its list of experiments, with the cursor on the first one. */
function open(state: Partial<Snapshot['state']> = {}) {
  return mountSnapshot(snapshotOf({experiments, state}), size);
}

describe('the keys of a terminal', () => {
  it.each([
    ['an arrow', '\u001B[B', 1],
    ['an arrow of the application mode', '\u001BOB', 1],
    ['a letter', 'j', 1],
    ['a letter of the protocol of kitty', '\u001B[106u', 1],
    ['several letters of one read', 'jjk', 1],
    ['End', '\u001B[F', names.length - 1],
    ['Page Down', '\u001B[6~', names.length - 1],
  ])('move the cursor: %s', async (_what, keys, index) => {
    const {press, controller} = open();
    await press(keys);
    expect(controller.state.lists.experiments.cursor).toBe(names[index]);
  });

  it('include Esc by itself, Ctrl and a letter, and Shift-Tab', async () => {
    const {press, controller} = open({screen: 'runs', trail: ['live']});
    await press('\u001B');
    // Ink waits a moment for the rest of a sequence.
    await expect.poll(() => controller.state.screen).toBe('live');
    await press('\u001B[Z');
    expect(controller.state.pane).toBe(1);
    await press('\u001B[47;1u');
    expect(controller.state.prompt).toBeUndefined();
    await press('\u0002');
    expect(controller.state.question).toBeUndefined();
  });
});

describe('a key that the shell echoed while the program started', () => {
  it('moves no line: the first frame begins where the screen does', () => {
    const [before = ''] = open()
      .written()
      .filter(text => text.includes('[?7l'));
    expect(before.startsWith('\u001B[H')).toBe(true);
  });
});

describe('what a terminal sends by itself', () => {
  it.each([
    ['a click, as SGR reports it', '\u001B[<0;12;3M\u001B[<0;12;3m'],
    ['a click, as urxvt reports it', '\u001B[32;12;3M'],
    ['that the window gets and loses the focus', '\u001B[I\u001B[O'],
    ['the place of the cursor', '\u001B[12;40R'],
    ['what kind of terminal it is', '\u001B[?62;22c\u001B[>1;10;0c'],
    ['its size', '\u001B[4;600;800t\u001B[6;20;10t'],
    ['its background', '\u001B]11;rgb:1d2d/ffff/4f5f\u001B\\'],
    ['its background, ended by BEL', '\u001B]11;rgb:1d2d/ffff/4f5f\u0007'],
    ['its version', '\u001BP>|xterm(390)\u001B\\'],
    ["kitty's word about images", '\u001B_Gi=31;OK\u001B\\'],
    ["the flags of kitty's protocol", '\u001B[?1u'],
    ['that a key was let go', '\u001B[106;1:3u\u001B[1;1:3B'],
    ['a mode that was asked for', '\u001B[?2026;2$y'],
    ['Alt and a letter', '\u001Bj'],
    ['the end of a paste that never began', '\u001B[201~'],
  ])('is no key: %s', async (_what, report) => {
    const {press, controller} = open();
    const before = controller.state;
    await press(report);
    expect(controller.state).toEqual(before);
    await press('j');
    expect(controller.state.lists.experiments.cursor).toBe(names[1]);
  });
});

describe('a paste that the terminal marks', () => {
  it('is text, whatever is in it and however it is cut', async () => {
    const pasted = 'holiday\r\n\u001B[A dy\u001B]0;x\u0007';
    const text = `\u001B[200~${pasted}\u001B[201~`;
    for (const at of [1, 5, 6, 10, 17, 20, text.length - 3, text.length]) {
      const {press, controller} = open({prompt: {kind: 'filter', text: '', caret: 0, cursor: 0}});
      await press(...[text.slice(0, at), text.slice(at)].filter(piece => piece !== ''));
      expect(controller.state.lists.experiments.filter).toBe('holiday [A dy]0;x');
    }
  });

  it('goes nowhere but into a line that is typed', async () => {
    const {press, frame, controller} = open();
    await press('\u001B[200~jq\r\u001B[201~');
    expect(controller.state.lists.experiments.cursor).toBeUndefined();
    expect(frame()).toContain(
      'Pasted text goes into a line that you type, such as a filter: / opens one.',
    );
  });
});
