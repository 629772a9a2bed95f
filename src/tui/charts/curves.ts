import {historyOf, type CurvePoint, type KeptAccuracy} from '../../compare/learning-curves.js';
import type {EpochRecord, RunState} from '../../runs/run-state.js';
import {fraction} from '../../util/format.js';
import type {Line, Role} from '../text/line.js';
import {chart, legend, type Series} from './chart.js';
import type {Stroke} from './strokes.js';
import {ownValue} from '../../util/own-value.js';

/** Size of a chart in columns and rows, and whether it may draw ASCII alone. */
export type ChartArea = {
  readonly width: number;
  readonly height: number;
  readonly ascii: boolean;
};

/** Training and validation accuracy of a head over its epochs, and the majority baseline. */
export function accuracyChart(run: RunState, head: string, area: ChartArea): Line[] {
  const history = historyOf(run, head);
  const epochs = epochsOf(run, history);
  const values = (split: 'train' | 'validation'): number[] =>
    history.map(record => ownValue(record[split].heads, head)?.accuracy ?? Number.NaN);
  const baseline = ownValue(run.data?.baselines ?? {}, head);
  const majority: Series = {
    name: 'majority',
    role: 'baseline',
    stroke: 'dots',
    values: baseline === undefined ? [] : Array.from({length: Math.max(2, epochs)}, () => baseline),
  };
  const curves = pair(values('train'), values('validation'));
  return legendLast(
    // Later series cover earlier ones.
    chart({...area, epochs, range: [0, 1], series: [majority, ...curves]}),
    legend([...curves, majority], area.ascii, area.width),
  );
}

function legendLast(lines: readonly Line[], last: Line): Line[] {
  return [...lines.slice(0, -1), last];
}

/** Training and validation loss: of one head, or of all heads as the optimiser weighs them. */
export function lossChart(run: RunState, head: string | undefined, area: ChartArea): Line[] {
  const history = head === undefined ? currentHistory(run) : historyOf(run, head);
  const values = (split: 'train' | 'validation'): number[] =>
    history.map(record =>
      head === undefined
        ? record[split].loss
        : (ownValue(record[split].heads, head)?.loss ?? Number.NaN),
    );
  const [train, validation] = [values('train'), values('validation')];
  const top = Math.max(...[...train, ...validation].filter(Number.isFinite), 0);
  return chart({
    ...area,
    epochs: epochsOf(run, history),
    range: [0, roundUp(top)],
    series: pair(train, validation),
  });
}

const strokesInTurn: readonly Stroke[] = ['heavy', 'light', 'double'];

type OverlaidCurve = {
  readonly name: string;
  /** Number of runs behind the points. */
  readonly seeds: number;
  readonly points: readonly CurvePoint[];
  /** Accuracy in the legend: of the kept weights, as in the tables; without it, the latest point. */
  readonly accuracy?: KeptAccuracy | undefined;
};

/**
 * Curves of several heads or designs in one chart. Several seeds are drawn as their mean within a band:
 * dots mark the minimum and the maximum.
 */
export function overlayChart(
  curves: readonly OverlaidCurve[],
  epochs: number,
  area: ChartArea,
): Line[] {
  const drawn = curves.map(({name, seeds, points, accuracy}, index) => {
    const role = `head${index % 6}` as Role;
    const stroke = strokesInTurn[index % strokesInTurn.length] as Stroke;
    const last = accuracy ?? points.at(-1);
    const values = byEpoch(points, ({mean}) => mean);
    const short = `${name} ${last === undefined ? '-' : fraction(last.mean, 3)}`;
    if (seeds < 2 || last === undefined)
      return {mean: {name: short, role, stroke, values}, band: []};
    const ends = `${fraction(last.low, 3)}-${fraction(last.high, 3)}`;
    const mean: Series = {name: `${short} (${ends})`, short, role, stroke, values};
    const band = [({low}: CurvePoint) => low, ({high}: CurvePoint) => high].map((edge): Series => ({
      name: 'minimum and maximum over seeds',
      short: 'min, max',
      role,
      stroke: 'dots',
      values: byEpoch(points, edge),
    }));
    return {mean, band};
  });
  const means = drawn.map(({mean}) => mean);
  const bands = drawn.flatMap(({band}) => band);
  // Bands first: later series cover earlier ones.
  const lines = chart({...area, epochs, range: [0, 1], series: [...bands, ...means]});
  const [edge] = bands;
  const named = edge === undefined ? means : [...means, {...edge, role: 'plain' as const}];
  return legendLast(lines, legend(named, area.ascii, area.width));
}

/** One value for each epoch from the first on; NaN where no run has a number. */
function byEpoch(points: readonly CurvePoint[], value: (point: CurvePoint) => number): number[] {
  const values = Array.from({length: points.at(-1)?.epoch ?? 0}, () => Number.NaN);
  for (const point of points) values[point.epoch - 1] = value(point);
  return values;
}

function pair(train: readonly number[], validation: readonly number[]): Series[] {
  return [
    {name: 'train', role: 'train', stroke: 'light', values: train},
    {name: 'validation', short: 'valid', role: 'validation', stroke: 'heavy', values: validation},
  ];
}

/** Epochs of the network that trains now, or of the first network. */
function currentHistory({models, current}: RunState): readonly EpochRecord[] {
  return (models.find(({name}) => name === current) ?? models[0])?.history ?? [];
}

function epochsOf({epochs}: RunState, history: readonly EpochRecord[]): number {
  return Math.max(epochs, history.length, 1);
}

/** The next round number, so that the axis rarely changes. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]
      .map(factor => factor * power)
      .find(top => top >= value) ?? value
  );
}
