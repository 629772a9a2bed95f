import {describe, expect, it} from 'vitest';
import type {Snapshot} from '../../src/tui/state/snapshot.js';
import {tabs} from '../../src/tui/state/interface-state.js';
import {frameOf} from '../helpers/frames.js';
import {scenes} from '../helpers/scenes.js';

const all = await scenes();
const size = {columns: 100, rows: 60};

function spoken(snapshot: Snapshot): string {
  return frameOf(snapshot, size, {screenReader: true});
}

function scene(name: string): Snapshot {
  const found = all[name];
  if (found === undefined) throw new Error(`There is no scene ${name}.`);
  return found;
}

describe('what a screen reader reads', () => {
  it.each(Object.keys(all))('says where one is first, and has nothing drawn: %s', name => {
    const text = spoken(scene(name));
    expect(text).toMatch(/^(Screen: [A-Z][a-z ]+\.|Help)/);
    // Boxes, blocks, shapes and Braille would be read out one by one.
    expect(text).not.toMatch(/[\u2500-\u25ff\u2800-\u28ff]/);
  });

  it.each(tabs)('says how to leave the screen %s', screen => {
    const base = scene('experiments');
    const text = spoken({...base, state: {...base.state, screen}});
    expect(text).toMatch(/q quit/);
  });

  it('says how far the images are in numbers, without a bar', () => {
    const base = scene('data');
    const task = {what: 'prepare', text: 'multi-output', done: 1500, total: 2000} as const;
    const text = spoken({...base, data: {...base.data, task}});
    expect(text).toContain('Preparing the images of multi-output, 1,500 of 2,000.');
    expect(text).not.toMatch(/[█░#.]{4,}/);
  });

  it('reads the table of layers row by row', () => {
    expect(spoken(scene('run-summary'))).toContain(
      '\nconv2d (Conv2D), (None, 16, 12, 4), 112, input_layer[0][0]\n',
    );
  });

  it('says what a stopped run knew in a comparison, and that it is no result', () => {
    const text = spoken(scene('compare-stopped'));
    expect(text).toContain('multi-output: stopped after epoch 5 of 8');
    expect(text).toContain('the verdict leaves it out');
  });
});
