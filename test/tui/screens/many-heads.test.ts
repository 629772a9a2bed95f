import {cleanup} from 'ink-testing-library';
import stringWidth from 'string-width';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {withManyHeads} from '../../helpers/many-heads.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const all = await scenes();
const live = all['live'] as Snapshot;
const run = all['run'] as Snapshot;
const items = live.queue.items.map(item =>
  item.run.heads.length === 0 ? item : {...item, run: withManyHeads(item.run)},
);
const manyLive: Snapshot = {
  ...live,
  queue: {...live.queue, items},
  state: {...live.state, pane: 1},
};
const manyRun: Snapshot = {
  ...run,
  runs: run.runs.map(record => ({...record, state: withManyHeads(record.state)})),
};

const sizes = [
  {columns: 60, rows: 20},
  {columns: 80, rows: 24},
  {columns: 120, rows: 40},
  {columns: 200, rows: 60},
];

function cursorRow(frame: string): string {
  return frame.split('\n').find(line => /▸\w*…?\w*\d/.test(line)) ?? '';
}

describe.each(sizes)('40 heads at $columns columns and $rows rows', size => {
  it.each([
    ['the live screen', manyLive],
    ['a run', manyRun],
  ])('are a table, a heat map and charts that fit: %s', async (_, snapshot) => {
    const {frame, press} = mountSnapshot(snapshot, size);
    for (let kind = 0; kind < 5; kind++) {
      const lines = frame().split('\n');
      expect(lines.length).toBeLessThanOrEqual(size.rows - 1);
      expect(Math.max(...lines.map(line => stringWidth(line)))).toBeLessThanOrEqual(size.columns);
      for (const line of lines.filter(text => /^[╭│╰]/.test(text)))
        expect(stringWidth(line.trimEnd())).toBe(size.columns);
      await press('y');
    }
  });

  it('are reached by the cursor, with the chart of each where there is room', async () => {
    const {frame, press} = mountSnapshot(manyLive, size);
    await press('j');
    expect(cursorRow(frame())).toMatch(/▸\S*_2 /);
    await press('G');
    expect(cursorRow(frame())).toMatch(/▸\S*40 /);
    if (size.columns >= 80) expect(frame()).toContain('Attribute_40 accuracy');
    await press('[');
    expect(cursorRow(frame())).toMatch(/▸\S*39 /);
  });
});

describe('the table of heads', () => {
  const size = {columns: 120, rows: 40};

  it('is sorted by its columns, both ways', async () => {
    const {frame, press} = mountSnapshot(manyLive, size);
    for (let column = 0; column < 4; column++) await press('s');
    expect(frame()).toContain('· by majority ↑');
    await press('S');
    expect(frame()).toContain('· by majority ↓');
    await press('g');
    expect(cursorRow(frame())).toContain('Attribute_40');
    await press('s');
    await press('S');
    expect(frame()).not.toContain('· by');
  });

  it('is filtered, and whole again with Esc', async () => {
    const {frame, press} = mountSnapshot(manyLive, size);
    await press('/');
    await press('_3');
    await press('\r');
    expect(frame()).toContain('/_3 (11 of 40)');
    expect(cursorRow(frame())).toContain('Attribute_3 ');
    await press('/');
    await press('nothing');
    await press('\r');
    expect(frame()).toContain('No head passes the filter. Esc shows all.');
    await press('\u001B[27u');
    expect(frame()).not.toContain('nothing');
    expect(frame()).toMatch(/Accuracy of heads 1.\d+ of 40/);
  });

  it('has the running accuracy before the first epoch ends', () => {
    const early = items.map(item => ({
      ...item,
      run: {
        ...item.run,
        models: item.run.models.map(model => ({...model, history: [], final: undefined})),
        partial: [{at: 0.5, train: item.run.batch?.train ?? {loss: 1, heads: {}}}],
      },
    }));
    const {frame} = mountSnapshot({...manyLive, queue: {...manyLive.queue, items: early}}, size);
    expect(cursorRow(frame())).toMatch(/Attribute_1 +0\.\d{3} +- +- +0\.500/);
    expect(frame()).toMatch(/train: loss \d\.\d{3} · mean accuracy of 40 heads 0\.\d{3}/);
  });

  it('is said by a screen reader, also in place of the heat map', async () => {
    const {frame, press} = mountSnapshot(manyLive, size, {screenReader: true});
    await press('y');
    await press('y');
    expect(frame()).toContain('Attribute_1, Train');
  });
});

/** The metrics of 40 heads between those of the two heads that were measured. */
function withManyScores(snapshot: Snapshot): Snapshot {
  const {result} = snapshot.measured;
  const [first] = Object.values(result?.heads ?? {});
  if (result === undefined || first === undefined) throw new Error('Nothing was measured.');
  const heads = Object.fromEntries(
    Array.from({length: 40}, (_, index) => [
      `Attribute_${index + 1}`,
      {...first, accuracy: 0.9 - index / 100, ece: index === 6 ? 0.9 : first.ece},
    ]),
  );
  return {...snapshot, measured: {...snapshot.measured, result: {...result, heads}}};
}

describe('the page of heads of a run', () => {
  const few = all['run-heads'] as Snapshot;
  const many = withManyScores({...few, runs: manyRun.runs});

  it('has a paragraph for each of up to six heads', () => {
    const {frame} = mountSnapshot(few, {columns: 120, rows: 40});
    expect(frame()).toContain('balanced accuracy');
    expect(frame()).not.toContain('▸');
  });

  it.each(sizes)('is a table of many at $columns columns and $rows rows', async size => {
    const {frame, press} = mountSnapshot(many, size);
    expect(frame()).toContain('Accuracy  Balanced     F1  Majority');
    expect(frame()).toContain('n = 200 test images');
    await press('G');
    expect(cursorRow(frame())).toMatch(/Attribute_40 +0\.510/);
    const hasDetails = size.columns >= 120;
    expect(frame().includes('╭─ Attribute_40 ')).toBe(hasDetails);
    expect(frame().includes('calibration error')).toBe(hasDetails);
    for (const line of frame()
      .split('\n')
      .filter(text => /^[╭│╰]/.test(text)))
      expect(stringWidth(line.trimEnd())).toBe(size.columns);
  });

  it('is sorted by any column, which then is on the screen', async () => {
    const {frame, press} = mountSnapshot(many, {columns: 60, rows: 20});
    await press('s');
    await press('s');
    expect(frame()).toContain('· by accuracy ↑');
    await press('g');
    expect(cursorRow(frame())).toContain('Attribute_40');
    expect(frame()).not.toContain('ECE');
    for (let column = 0; column < 13; column++) await press('s');
    await press('S');
    expect(frame()).toContain('· by ECE ↓');
    await press('g');
    expect(cursorRow(frame())).toMatch(/Attribute_7 .* 0\.900/);
    await press('s');
    expect(frame()).not.toContain('· by');
  });

  it('is filtered, keeps its head on the page of curves, and ends with Esc', async () => {
    const {frame, press} = mountSnapshot(many, {columns: 120, rows: 40});
    await press('/');
    await press('_3');
    await press('\r');
    expect(frame()).toContain('/_3 (11 of 40)');
    await press('G');
    expect(frame()).toContain('╭─ Attribute_39 ');
    await press('\u001B[Z');
    expect(frame()).toContain('Attribute_39 accuracy');
    await press('\t');
    await press('\u001B[27u');
    expect(frame()).toContain('╭─ Attribute_39 ');
    expect(frame()).not.toContain('/_3');
  });
});

describe('the keys of the charts', () => {
  const size = {columns: 120, rows: 40};

  it('read the values of an epoch, and stop with Esc', async () => {
    const {frame, press} = mountSnapshot(live, size);
    await press(',');
    expect(frame()).toContain('[5]');
    await press(',');
    expect(frame()).toContain('[4]');
    await press('.');
    await press('.');
    expect(frame()).not.toMatch(/\[\d\]/);
    await press('.');
    expect(frame()).toContain('[1]');
    await press('\u001B[27u');
    expect(frame()).not.toContain('[1]');
  });

  it('zoom, fit, smooth and change the scale', async () => {
    const {frame, press} = mountSnapshot(live, size);
    const first = frame();
    for (const [key, undo] of [
      ['+', ['-']],
      ['f', ['f']],
      ['e', ['e', 'e']],
    ] as const) {
      await press(key);
      expect(frame()).not.toBe(first);
      for (const back of undo) await press(back);
      expect(frame()).toBe(first);
    }
    await press('y');
    const loss = frame();
    await press('L');
    expect(frame()).not.toBe(loss);
  });

  it('say why a few heads cannot be sorted', async () => {
    const {frame, press} = mountSnapshot(live, size);
    await press('s');
    expect(frame()).toContain('Up to 6 heads have a chart each, not a table.');
  });
});

describe('the machine of a run', () => {
  const samples = Array.from({length: 30}, (_, index) => ({
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, 5 * index)).toISOString(),
    processor: 0.5 + index / 100,
    memoryBytes: 4e8 + index * 1e6,
    imagesPerSecond: 900,
  }));
  const withSystem = (system: NonNullable<(typeof items)[number]>['run']['system']): Snapshot => ({
    ...live,
    queue: {
      ...live.queue,
      items: live.queue.items.map(item => ({...item, run: {...item.run, system}})),
    },
    state: {...live.state, curves: 'system'},
  });

  it('has its processors, memory and speed over time', () => {
    const {frame} = mountSnapshot(withSystem(samples), {columns: 200, rows: 60});
    expect(frame()).toContain('Processors');
    expect(frame()).toContain('79 %');
    expect(frame()).toContain('0.43 GB');
    expect(frame()).toContain('by seconds since the first sample');
    expect(frame()).not.toContain('Graphics');
  });

  it('has a whole number at the end of its time, though samples come a little late', () => {
    const late = samples.slice(0, 3).map((sample, index) => ({
      ...sample,
      at: new Date(Date.UTC(2026, 0, 1, 0, 0, 5 * index, 24 * index)).toISOString(),
    }));
    const {frame} = mountSnapshot(withSystem(late), {columns: 200, rows: 60});
    expect(frame()).not.toContain('10.048');
    expect(frame()).toMatch(/ 11 .*by seconds/s);
  });

  it('has its graphics card where there is one', () => {
    const cards = samples.map(sample => ({
      ...sample,
      gpu: {utilization: 0.37, memoryBytes: 2e9},
    }));
    const {frame} = mountSnapshot(withSystem(cards), {columns: 200, rows: 60});
    expect(frame()).toContain('Graphics card');
    expect(frame()).toContain('37 %');
    expect(frame()).toContain('2.00 GB');
  });
});
