import {
  keptAccuracy,
  learningCurve,
  type CurvePoint,
  type KeptAccuracy,
} from '../../compare/learning-curves.js';
import {answering, outputOf} from '../../model/answering.js';
import type {SplitMetrics} from '../../runs/events.js';
import {keptEpoch, type ModelState, type RunState} from '../../runs/run-state.js';
import {fraction} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import type {ChartView} from '../state/interface-state.js';
import type {Line, Role} from '../text/line.js';
import {currentModel} from '../text/run-text.js';
import type {SystemSeries} from '../text/system.js';
import {chart, legend, type ChartMark, type Series} from './chart.js';
import {smoothed, valueAt, type Point} from './resample.js';
import type {Stroke} from './strokes.js';

/** Size of a chart in columns and rows, whether it may draw ASCII alone, and how it is looked at. */
export type ChartArea = {
  readonly width: number;
  readonly height: number;
  readonly ascii: boolean;
  readonly view: ChartView;
};

type Window = readonly [from: number, to: number];

/**
 * A metric of training and validation over the epochs of a run, and the kept epoch: of a head, or without one the loss
 * of all heads as the optimiser weighs it. An accuracy has the majority baseline beside it.
 */
export function metricChart(
  run: RunState,
  metric: 'accuracy' | 'loss',
  head: string | undefined,
  area: ChartArea,
): Line[] {
  const {view} = area;
  const model = head === undefined ? currentModel(run) : answering(run.models, head);
  const value = (metrics: SplitMetrics): number | undefined =>
    head === undefined ? metrics.loss : ownValue(metrics.heads, outputOf(model, head))?.[metric];
  const window = windowOf(run, model, view);
  const curves = pair(run, model, value, view);
  const isLoss = metric === 'loss';
  const baselines = isLoss || head === undefined ? [] : [majorityOf(run, head, window)];
  return drawn([...baselines, ...curves], [...curves, ...baselines], {
    ...area,
    window,
    range: view.fit ? undefined : [0, isLoss ? highest(curves) : 1],
    log: isLoss && view.log,
    marks: keptMarks(model, curves, area),
  });
}

function majorityOf({data}: RunState, head: string, window: Window): Series {
  const baseline = ownValue(data?.baselines ?? {}, head);
  return {
    name: 'majority',
    role: 'baseline',
    stroke: 'dots',
    value: numberText(baseline),
    points: baseline === undefined ? [] : window.map(at => ({at, value: baseline})),
  };
}

const strokesInTurn: readonly Stroke[] = ['heavy', 'light', 'double'];

export type OverlaidCurve = {
  readonly name: string;
  /** Number of runs behind the points. */
  readonly runs: number;
  readonly points: readonly CurvePoint[];
  /** Accuracy in the legend: of the kept weights, as in the tables; without it, the latest point. */
  readonly accuracy?: KeptAccuracy | undefined;
};

/**
 * The validation accuracy of a head over runs.
 *
 * @param counted Of these is the accuracy in the legend.
 */
export function accuracyCurve(
  name: string,
  runs: readonly RunState[],
  head: string,
  counted = runs,
): OverlaidCurve {
  const points = learningCurve(runs, head, 'validation', 'accuracy');
  return {name, runs: runs.length, points, accuracy: keptAccuracy(counted, head)};
}

/**
 * Curves of several heads or designs in one chart. Several seeds or folds are drawn as their median
 * within a band: dots mark the minimum and the maximum.
 */
export function overlayChart(
  curves: readonly OverlaidCurve[],
  epochs: number,
  area: ChartArea,
): Line[] {
  const {view} = area;
  const last = Math.max(1, ...curves.map(({points}) => points.at(-1)?.epoch ?? 1));
  const overlaid = curves.map(({name, runs, points, accuracy}, index) => {
    const role = `head${index % 6}` as Role;
    const stroke = strokesInTurn[index % strokesInTurn.length] as Stroke;
    const pointsOf = (value: (point: CurvePoint) => number): readonly Point[] =>
      smoothed(
        points.map(point => ({at: point.epoch, value: value(point)})),
        view.smoothing,
      );
    const atCursor = points.find(({epoch}) => epoch === view.epoch);
    const shown = view.epoch === undefined ? (accuracy ?? points.at(-1)) : atCursor;
    const value = numberText(shown?.mean);
    const median = {role, stroke, points: pointsOf(point => point.median)};
    const named = {...median, name, isName: true as const, value};
    if (runs < 2 || shown === undefined) return {median: named, band: []};
    const ends = `${fraction(shown.low, 3)}-${fraction(shown.high, 3)}`;
    const band = [({low}: CurvePoint) => low, ({high}: CurvePoint) => high].map((edge): Series => ({
      name: 'minimum and maximum over runs',
      short: 'min, max',
      role,
      stroke: 'dots',
      points: pointsOf(edge),
    }));
    return {median: {...named, value: `${value} (${ends})`, shortValue: value}, band};
  });
  const medians = overlaid.map(({median}): Series => median);
  const bands = overlaid.flatMap(({band}) => band);
  const [edge] = bands;
  const named: readonly Series[] =
    edge === undefined ? medians : [...medians, {...edge, role: 'plain'}];
  return drawn([...bands, ...medians], named, {
    ...area,
    window: zoomed([1, Math.max(epochs, 2)], last, view),
    range: view.fit ? undefined : [0, 1],
  });
}

/** The chart of one number of the machine over time. */
export function systemChart(
  {system}: RunState,
  {name, value, text, max}: SystemSeries,
  {view, ...area}: ChartArea,
): Line[] {
  const start = Date.parse(system[0]?.at ?? '');
  const secondsOf = (at: string): number => (Date.parse(at) - start) / 1000;
  const end = secondsOf(system.at(-1)?.at ?? '');
  const [unit, seconds] = end > 600 ? (['minutes', 60] as const) : (['seconds', 1] as const);
  const points = system.map(sample => ({
    at: secondsOf(sample.at) / seconds,
    value: value(sample) ?? Number.NaN,
  }));
  const latest = points.at(-1)?.value ?? Number.NaN;
  const shortValue = Number.isNaN(latest) ? '-' : text(latest);
  const series: Series = {
    name,
    role: 'accent',
    stroke: 'light',
    value: `${shortValue} · by ${unit} since the first sample`,
    shortValue,
    points,
  };
  return drawn([series], [series], {
    ...area,
    // The axis shows its end: samples come a few milliseconds after whole seconds.
    window: [0, Math.max(1, Math.ceil(end / seconds))],
    range: view.fit ? undefined : [0, max ?? highest([series])],
  });
}

function drawn(
  series: readonly Series[],
  named: readonly Series[],
  {view, ...options}: Omit<Parameters<typeof chart>[0], 'series'> & {readonly view?: ChartView},
): Line[] {
  const {ascii, width} = options;
  return [...chart({...options, series, cursor: view?.epoch}), legend(named, ascii, width)];
}

/** Marks the validation value of the kept epoch. */
function keptMarks(
  model: ModelState | undefined,
  curves: readonly Series[],
  {ascii}: ChartArea,
): readonly ChartMark[] {
  const at = model && keptEpoch(model);
  if (at === undefined) return [];
  const value = valueAt(curves.at(-1)?.points ?? [], at);
  return Number.isNaN(value) ? [] : [{at, value, sign: ascii ? '*' : '★', role: 'good'}];
}

/** The curves of both splits; that of training reaches into the unfinished epoch. */
function pair(
  run: RunState,
  model: ModelState | undefined,
  valueOf: (metrics: SplitMetrics) => number | undefined,
  view: ChartView,
): Series[] {
  const history = model?.history ?? [];
  const value = (metrics: SplitMetrics): number => valueOf(metrics) ?? Number.NaN;
  const pointsOf = (split: 'train' | 'validation'): readonly Point[] =>
    smoothed(
      history.map(record => ({at: record.epoch, value: value(record[split])})),
      view.smoothing,
    );
  const partial = run.current === model?.name ? run.partial : [];
  const shown = (split: 'train' | 'validation'): string => {
    const metrics = shownMetrics(run, model, view.epoch)?.[split];
    return numberText(metrics === undefined ? undefined : valueOf(metrics));
  };
  const train = [
    ...pointsOf('train'),
    ...partial.map(({at, train: means}) => ({at, value: value(means)})),
  ];
  return [
    {name: 'train', role: 'train', stroke: 'light', value: shown('train'), points: train},
    {
      name: 'validation',
      short: 'val',
      role: 'validation',
      stroke: 'heavy',
      value: shown('validation'),
      points: pointsOf('validation'),
    },
  ];
}

/** What a legend says: of the pointed epoch; without one, of the kept weights, or the latest numbers. */
function shownMetrics(
  run: RunState,
  model: ModelState | undefined,
  epoch: number | undefined,
): {readonly train?: SplitMetrics; readonly validation?: SplitMetrics} | undefined {
  if (epoch !== undefined) return model?.history.find(record => record.epoch === epoch);
  const last = model?.final ?? model?.history.at(-1);
  const partial = run.current === model?.name ? run.partial.at(-1) : undefined;
  return partial === undefined || model?.final !== undefined
    ? last
    : {...last, train: partial.train};
}

/** The epochs that are visible. */
function windowOf(run: RunState, model: ModelState | undefined, view: ChartView): Window {
  const last = model?.history.at(-1)?.epoch ?? 0;
  // Before the first epoch ends, its batches are the whole curve.
  if (last === 0) return [0, 1];
  const end = model?.status === 'ended' ? last : Math.max(run.epochs, last);
  return zoomed(end < 2 ? [0, 1] : [1, end], last, view);
}

/** The part of the epochs around the pointed one, or the last; each step of the zoom shows half as many. */
export function zoomed([from, to]: Window, last: number, {zoom, epoch = last}: ChartView): Window {
  if (zoom === 0) return [from, to];
  const length = Math.max(Math.min(2, to - from), Math.round((to - from) / 2 ** zoom));
  const start = Math.max(from, Math.min(to - length, Math.round(epoch - length / 2)));
  return [start, start + length];
}

function numberText(value: number | undefined): string {
  return value === undefined ? '-' : fraction(value, 3);
}

function highest(curves: readonly Series[]): number {
  const values = curves.flatMap(({points}) => points.map(({value}) => value));
  return Math.max(...values.filter(Number.isFinite), 0) || 1;
}
