import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const all = await scenes();

function open(name: string, size = {columns: 120, rows: 40}) {
  return mountSnapshot(all[name] as Snapshot, size);
}

const cursorRow = (frame: string): string =>
  frame.split('\n').find(line => line.includes('▸')) ?? '';

describe('the slices of a comparison', () => {
  it('are not there where no run has any, and the key says how to get them', async () => {
    const {frame, press} = open('compare');
    await press('s');
    expect(frame()).toContain('These runs have no slices. Run them with evaluation.slices');
    expect(frame()).toContain('╭─ Comparison ');
  });

  it('take the place of the runs, and give it back', async () => {
    const {frame, press} = open('compare-slices');
    expect(frame()).toContain('╭─ Slices of Male');
    expect(frame()).toContain('s runs');
    await press('s');
    expect(frame()).toContain('╭─ Comparison ');
    expect(frame()).toContain('s slices');
    await press('s');
    expect(frame()).toContain('╭─ Slices of Male');
  });

  it('have a mark on the worst one, unless all are equal', () => {
    const {frame} = open('compare-slices');
    const marked = frame()
      .split('\n')
      .filter(line => line.includes(') ▾'));
    expect(marked.some(line => line.includes('multi-output'))).toBe(true);
    expect(marked.some(line => line.includes('separate'))).toBe(false);
    expect(frame()).toContain('separate by Male: all equal 1.000');
  });

  it('are those of the head that ] leads to', async () => {
    const {frame, press} = open('compare-slices');
    await press(']');
    expect(frame()).toContain('╭─ Slices of Smiling');
    await press('[');
    expect(frame()).toContain('╭─ Slices of Male');
  });

  it('scroll in a terminal of 60 columns and 20 rows, to the last slice and the last note', async () => {
    const {frame, press} = open('compare-slices', {columns: 60, rows: 20});
    expect(frame()).toContain('Male=0');
    await press('G');
    expect(cursorRow(frame())).toContain('Male=1 Smiling=1');
    await press('\t');
    const before = frame();
    await press('G');
    expect(frame()).not.toBe(before);
    expect(frame()).toContain('equalized odds');
  });

  it('have columns that Right leads to', async () => {
    const {frame, press} = open('compare-slices', {columns: 60, rows: 20});
    expect(frame()).not.toContain('ROC-AUC');
    const titles: string[] = [];
    for (let page = 0; page < 4; page++) {
      titles.push(frame());
      await press('l');
    }
    expect(titles.join()).toContain('ROC-AUC');
    expect(titles.join()).toContain('FPR');
  });
});

describe('the metrics of a comparison', () => {
  const metricsInTurn = async (name: string): Promise<readonly string[]> => {
    const {controller, press} = open(name);
    const metrics: string[] = [];
    do {
      await press('m');
      metrics.push(controller.state.metric ?? '');
    } while (controller.state.metric !== 'accuracy');
    return metrics;
  };

  it('include the worst slice where the runs have slices, and only there', async () => {
    expect(await metricsInTurn('compare-slices')).toContain('worstSlice');
    expect(await metricsInTurn('compare')).not.toContain('worstSlice');
  });

  it('lead away from the worst slice once other runs, without slices, are compared', async () => {
    const {controller, frame, press} = open('compare');
    controller.change(state => ({...state, metric: 'worstSlice'}));
    controller.update({comparison: {ids: ['a'], result: undefined, error: 'No run has slices.'}});
    await press('m');
    expect(frame()).not.toContain('nothing to compare');
    expect(controller.state.metric).toBe('accuracy');
  });
});
