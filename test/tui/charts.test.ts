import {describe, expect, it} from 'vitest';
import {linearAxis, logAxis} from '../../src/tui/charts/axis.js';
import {chart, legend, type Series} from '../../src/tui/charts/chart.js';
import {metricChart, zoomed, type ChartArea} from '../../src/tui/charts/curves.js';
import {heatMap} from '../../src/tui/charts/heat-map.js';
import {resample, smoothed, valueAt} from '../../src/tui/charts/resample.js';
import {drawnOver} from '../../src/tui/charts/strokes.js';
import type {RunState} from '../../src/runs/run-state.js';
import {headRows} from '../../src/tui/state/head-rows.js';
import {initialInterfaceState, type ChartView} from '../../src/tui/state/interface-state.js';
import {plainText} from '../../src/tui/text/line.js';
import {sparkline} from '../../src/tui/components/HeadsTable.js';
import {recordedEvents, recordedRecords, stateAfter} from '../helpers/interface-fixture.js';
import {withManyHeads} from '../helpers/many-heads.js';

const records = await recordedRecords();
const run = stateAfter(recordedEvents(records, 'multi-output'), 5);

function areaOf(view: Partial<ChartView> = {}, ascii = false): ChartArea {
  return {width: 70, height: 14, ascii, view: {...initialInterfaceState.chart, ...view}};
}

const textOf = (lines: ReturnType<typeof chart>): string => lines.map(plainText).join('\n');
const points = (...values: readonly number[]): Series['points'] =>
  values.map((value, index) => ({at: index + 1, value}));
const series = (change: Partial<Series>): Series => ({
  ...{name: 'a', role: 'train', stroke: 'light', points: points(1, 2)},
  ...change,
});

describe('the axis of values', () => {
  it('has round labels around the values, and uses most of the room', () => {
    const {low, high, labels, rows} = linearAxis(0.812, 0.934, 10);
    expect([low, high]).toEqual([expect.closeTo(0.8), expect.closeTo(0.95)]);
    expect([...labels.values()]).toEqual(['0.80', '0.85', '0.90', '0.95']);
    expect(rows).toBe(9);
  });

  it('stays between 0 and 1 for accuracies, however they lie', () => {
    for (const [min, max] of [
      [0.999, 1],
      [1, 1],
      [0, 0.001],
      [0.3, 1],
    ] as const) {
      const {low, high} = linearAxis(min, max, 12);
      expect(high).toBeLessThanOrEqual(1 + 1e-9);
      expect(low).toBeGreaterThanOrEqual(-1e-9);
      expect(low).toBeLessThanOrEqual(min);
    }
  });

  it('fits in any room', () => {
    for (let room = 1; room < 40; room++)
      for (const [min, max] of [
        [0.49, 0.51],
        [1e-6, 3e-6],
        [0.2, 300],
      ] as const) {
        const axis = linearAxis(min, max, room);
        expect(axis.rows).toBeLessThanOrEqual(room);
        expect(axis.rows).toBeGreaterThan(0);
        expect(axis.rowOf(min)).toBeLessThan(axis.rowOf(max));
      }
  });

  it('is logarithmic on demand: equal ratios are equally far apart', () => {
    const axis = logAxis(0.01, 1, 20);
    expect(axis.rowOf(0.1)).toBeCloseTo(10);
    expect(axis.labels.get(10)).toBe('0.1');
    expect(axis.labels.get(0)).toBe('0.01');
    expect(axis.labels.get(20)).toBe('1');
  });
});

describe('a curve in the columns of a chart', () => {
  it('starts and ends where its points do', () => {
    expect(resample(points(1, 2, 3), [1, 5], 5)).toEqual({start: 0, values: [1, 2, 3]});
    expect(resample([{at: 3, value: 7}], [1, 5], 5)).toEqual({start: 2, values: [7]});
    expect(resample(points(1, 2), [3, 5], 5).values).toEqual([]);
  });

  it('keeps the extremes of many points', () => {
    const many = points(...Array.from({length: 101}, (_, index) => (index === 50 ? 9 : 1)));
    expect(Math.max(...resample(many, [1, 101], 11).values)).toBe(9);
  });

  it('is read between its points, and not beyond them', () => {
    expect(valueAt(points(1, 3), 1.5)).toBe(2);
    expect(valueAt(points(1, 3), 2.5)).toBeNaN();
  });

  it('is smoothed without a lag at its start', () => {
    expect(smoothed(points(4, 4, 4), 0.9).map(({value}) => value)).toEqual([
      expect.closeTo(4),
      expect.closeTo(4),
      expect.closeTo(4),
    ]);
    const [, second] = smoothed(points(0, 1), 0.5);
    expect(second?.value).toBeCloseTo(2 / 3);
  });
});

describe('two curves that meet', () => {
  const over = (below: string, above: string, ascii = false): string =>
    drawnOver({text: below, role: 'train'}, {text: above, role: 'validation'}, ascii).text;

  it('keep the arms of both lines', () => {
    expect(over('─', '┃')).toBe('╂');
    expect(over('╮', '━')).toBe('┯');
    expect(over('╰', '┗')).toBe('┗');
    expect(over('│', '┏')).toBe('┢');
  });

  it('cross in ASCII, and cover dots', () => {
    expect(over('-', '#', true)).toBe('+');
    expect(over('.', '-', true)).toBe('-');
    expect(over('·', '━')).toBe('━');
    expect(over('═', '━')).toBe('━');
  });
});

describe('a chart', () => {
  const options = {window: [1, 3], width: 40, height: 12, ascii: false} as const;

  it('has as many lines as it may have with its legend, and none is wider', () => {
    for (let height = 4; height < 30; height++) {
      const lines = chart({...options, height, series: [series({points: points(0.2, 0.9, 0.4)})]});
      expect(lines.length).toBeLessThan(height);
      for (const content of lines) expect(plainText(content).length).toBeLessThanOrEqual(40);
    }
  });

  it('points out an epoch in a column and below', () => {
    const text = textOf(
      chart({...options, series: [series({points: points(1, 1, 1)})], cursor: 2}),
    );
    expect(text).toContain('┊');
    expect(text).toContain('[2]');
  });

  it('shows one value as a mark', () => {
    const text = textOf(chart({...options, series: [series({points: [{at: 2, value: 1}]})]}));
    expect(text).toContain('─');
  });

  it('names its curves with their numbers, as far as there is room', () => {
    const named = [
      series({name: 'train', value: '0.812'}),
      series({name: 'validation', short: 'valid', value: '0.800'}),
      series({name: 'majority', value: '0.500'}),
    ];
    const text = (width: number): string => plainText(legend(named, false, width));
    expect(text(80)).toBe('── train 0.812  ── validation 0.800  ── majority 0.500');
    expect(text(48)).toBe('── train 0.812 ── valid 0.800 ── majority 0.500');
    expect(text(42)).toBe('── train 0.812 ── valid 0.800 ── majority');
    expect(text(30)).toBe('── train ── valid ── majority');
  });
});

describe('the curves of a run', () => {
  it('fit their values, or show 0 to 1', () => {
    const fitting = textOf(metricChart(run, 'accuracy', 'Male', areaOf()));
    const whole = textOf(metricChart(run, 'accuracy', 'Male', areaOf({fit: false})));
    expect(fitting).not.toMatch(/ (0|0\.0+)[┤┼]/);
    expect(whole).toMatch(/1\.0+?[┤┼┿]/);
    expect(whole).toMatch(/0\.0+?[┤┼┿]/);
  });

  it('say the numbers of the epoch that is pointed out, and the latest without one', () => {
    const history = run.models[0]?.history ?? [];
    const valueAtEpoch = (epoch: number): string =>
      (history[epoch - 1]?.validation.heads['Male']?.accuracy ?? 0).toFixed(3);
    expect(textOf(metricChart(run, 'accuracy', 'Male', areaOf({epoch: 2})))).toContain(
      `validation ${valueAtEpoch(2)}`,
    );
    expect(textOf(metricChart(run, 'accuracy', 'Male', areaOf()))).toContain(
      `validation ${valueAtEpoch(history.length)}`,
    );
  });

  it('begin with the batches of the first epoch', () => {
    const train = run.models[0]?.history[0]?.train ?? {loss: 1, heads: {}};
    const models = run.models.map(model => ({...model, history: []}));
    const first = {...run, models, partial: [0.1, 0.5, 0.8].map(at => ({at, train}))};
    const text = textOf(metricChart(first, 'accuracy', 'Male', areaOf()));
    expect(text).toMatch(/[╭╮╰╯─]/);
    expect(text).toMatch(/train 0\.\d{3}/);
    expect(text.split('\n').at(-2)).toMatch(/0 .* 1/);
  });

  it('mark the best epoch so far, and at the end the kept one', () => {
    const ended = records.find(({state}) => state.experiment === 'multi-output')?.state as RunState;
    expect(textOf(metricChart(ended, 'accuracy', 'Male', areaOf()))).toContain('★');
    expect(textOf(metricChart(ended, 'loss', undefined, areaOf({}, true)))).toContain('*');
    expect(textOf(metricChart(run, 'accuracy', 'Male', areaOf()))).toContain('★');
  });

  it('show fewer epochs with each step of the zoom, around the one that is read', () => {
    const view = (zoom: number, epoch?: number): ChartView => ({...areaOf().view, zoom, epoch});
    expect(zoomed([1, 101], 60, view(0))).toEqual([1, 101]);
    expect(zoomed([1, 101], 60, view(1))).toEqual([35, 85]);
    expect(zoomed([1, 101], 60, view(2, 10))).toEqual([1, 26]);
    expect(zoomed([1, 101], 101, view(9))).toEqual([99, 101]);
  });

  it('have no number where a loss is not one, on a logarithmic axis either', () => {
    const text = textOf(metricChart(run, 'loss', undefined, areaOf({log: true})));
    expect(text).not.toContain('NaN');
  });
});

describe('the heat map', () => {
  const many = withManyHeads(run);
  const rows = headRows(many, initialInterfaceState);

  it('has a row for each head, denser blocks for higher accuracies, and a legend', () => {
    const lines = heatMap(rows, 0, 8, {...areaOf(), height: 42}).map(plainText);
    expect(lines).toHaveLength(42);
    expect(lines[0]).toMatch(/^▸Attribute_1 /);
    expect(lines.at(-1)).toMatch(/^· 0\.\d\d {2}░ .* █ 0\.\d\d and above$/);
    const [row] = rows;
    const signs = '·░▒▓█';
    const blocks = [...(lines[0] ?? '')].filter(sign => signs.includes(sign));
    const cell = blocks.length / (row?.values.length ?? 1);
    const best = row?.values.indexOf(Math.max(...row.values)) ?? 0;
    const worst = row?.values.indexOf(Math.min(...row.values)) ?? 0;
    expect(signs.indexOf(blocks[best * cell] ?? '')).toBeGreaterThan(
      signs.indexOf(blocks[worst * cell] ?? ''),
    );
  });

  it('follows the cursor, and says the values of an epoch that is read', () => {
    const lines = heatMap(rows, 39, 8, areaOf({epoch: 2})).map(plainText);
    expect(lines.find(text => text.startsWith('▸'))).toContain('Attribute_40');
    expect(lines.find(text => text.startsWith('▸'))).toContain(
      (rows[39]?.values[1] ?? 0).toFixed(3),
    );
    expect(lines.at(-2)).toContain('values at epoch 2');
  });

  it('is drawn in ASCII where nothing else can be shown', () => {
    for (const content of heatMap(rows, 0, 8, areaOf({}, true)))
      expect(plainText(content).slice(1)).toMatch(/^[\u0020-\u007e]*$/);
  });
});

describe('a sparkline', () => {
  it('goes from the least to the most, in as many columns as it may have', () => {
    expect(sparkline([0, 0.5, 1], 12)).toBe('▁▅█');
    expect(sparkline([1, 1], 12)).toBe('▄▄');
    expect(
      sparkline(
        Array.from({length: 100}, (_, index) => index),
        8,
      ),
    ).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([0, Number.NaN, 1], 8)).toBe('▁ █');
  });
});
