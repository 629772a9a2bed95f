import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const scene = (await scenes())['predictions'] as Snapshot;
const size = {columns: 120, rows: 40};

function open(change: Partial<Snapshot> = {}, at = size) {
  return mountSnapshot({...scene, ...change}, at);
}

/** The head, and how many images, of the title. */
function counted(frame: string): number {
  return Number(/\d+ of (\d+)/.exec(frame)?.[1] ?? 0);
}

describe('the predictions', () => {
  it('are those of one kind of mistake, which together are all mistakes', async () => {
    const {frame, press} = open();
    await press(']');
    expect(frame()).toContain('mistakes of Male');
    const mistakes = counted(frame());
    await press('m');
    expect(frame()).toMatch(/false positives of Male|has false positives/);
    const positives = frame().includes('Male has false') ? 0 : counted(frame());
    await press('m');
    const negatives = frame().includes('Male has false') ? 0 : counted(frame());
    expect(positives + negatives).toBe(mistakes);
    await press('m');
    expect(frame()).toContain('of 200 images, mistakes first of Male');
  });

  it('of heads with more than two classes are mistakes or all: they have no positives', async () => {
    const images = scene.predictions.images.map(image => ({
      ...image,
      heads: image.heads.map(head =>
        head.head === 'Male' ? {...head, classes: ['cat', 'dog', 'horse']} : head,
      ),
    }));
    const {frame, press} = open({predictions: {...scene.predictions, images}});
    expect(frame()).toContain('m false positives');
    await press(']');
    expect(frame()).toContain('mistakes of Male');
    await press('m');
    expect(frame()).toContain('images, mistakes first of Male');
    await press('m');
    expect(frame()).toMatch(/\d mistakes of Male/);
  });

  it('are those of the next head, and of all heads again', async () => {
    const {frame, press} = open();
    expect(frame()).not.toMatch(/mistakes of/);
    await press(']');
    expect(frame()).toContain('mistakes of Male');
    await press(']');
    expect(frame()).toContain('mistakes of Smiling');
    await press(']');
    expect(frame()).not.toMatch(/mistakes of/);
    await press('[');
    expect(frame()).toContain('mistakes of Smiling');
  });

  it('have the chosen head first in the text of an image', async () => {
    const {frame, press} = open();
    await press('[');
    const card = frame()
      .split('\n')
      .findIndex(line => line.includes('▸'));
    expect(frame().split('\n')[card + 1]).toMatch(/✗ Smiling/);
  });

  it('open an image large with Enter, and Esc goes back', async () => {
    const {frame, press} = open();
    await press('\r');
    expect(frame()).not.toContain('▸');
    expect(frame().match(/\.jpg/g)).toHaveLength(1);
    await press('j');
    expect(frame()).toMatch(/2 of \d+ mistakes/);
    await press('\u001B[27u');
    expect(frame()).toContain('▸');
    expect(frame()).toMatch(/2 of \d+ mistakes/);
  });

  it('are those of the next run that has some', async () => {
    const {frame, press, controller} = open();
    await press('r');
    expect(controller.state.predictions.run).not.toBe(scene.state.predictions.run);
    expect(frame()).toContain('Reading the predictions.');
    await press('R');
    expect(controller.state.predictions.run).toBe(scene.state.predictions.run);
  });

  it('say that there is nothing of a kind, and how to see others', () => {
    const images = scene.predictions.images.map(image => ({
      ...image,
      heads: image.heads.map(head => ({...head, predicted: head.label ?? 0})),
    }));
    const {frame} = open({predictions: {...scene.predictions, images}});
    expect(frame()).toContain('No head has mistakes on these images. m shows other images.');
  });

  it('fill the screen: a row of images begins where the one above ends', () => {
    for (const at of [size, {columns: 200, rows: 60}, {columns: 80, rows: 24}]) {
      const {frame, unmount} = open({}, at);
      const lines = frame().split('\n');
      const last = lines.findLastIndex(line => line.includes('.jpg'));
      expect(lines.length - last).toBeLessThan(9);
      unmount();
    }
  });
});
