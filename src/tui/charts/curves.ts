import type {EpochRecord, RunState} from '../../runs/run-state.js';
import {fraction} from '../../util/format.js';
import type {Line, Role} from '../text/line.js';
import {chart, legend, type Series} from './chart.js';
import type {Stroke} from './strokes.js';

type Area = {readonly width: number; readonly height: number; readonly ascii: boolean};

/** Training and validation accuracy of a head over its epochs, and the majority's share below them. */
export function accuracyChart(run: RunState, head: string, area: Area): Line[] {
  const history = historyOf(run, head);
  const epochs = epochsOf(run, history);
  const of = (split: 'train' | 'validation'): number[] =>
    history.map(record => record[split].heads[head]?.accuracy ?? Number.NaN);
  const baseline = run.data?.baselines[head];
  const majority: Series = {
    name: 'majority',
    role: 'baseline',
    stroke: 'dots',
    values: baseline === undefined ? [] : Array.from({length: Math.max(2, epochs)}, () => baseline),
  };
  const curves = pair(of('train'), of('validation'));
  return legendLast(
    // What is drawn later covers what was drawn before.
    chart({...area, epochs, range: [0, 1], series: [majority, ...curves]}),
    legend([...curves, majority], area.ascii, area.width),
  );
}

function legendLast(lines: readonly Line[], last: Line): Line[] {
  return [...lines.slice(0, -1), last];
}

/** Training and validation loss: of one head, or of all as the optimiser weighs them. */
export function lossChart(run: RunState, head: string | undefined, area: Area): Line[] {
  const history = historyOf(run, head);
  const of = (split: 'train' | 'validation'): number[] =>
    history.map(record =>
      head === undefined ? record[split].loss : (record[split].heads[head]?.loss ?? Number.NaN),
    );
  const [train, validation] = [of('train'), of('validation')];
  const top = Math.max(...[...train, ...validation].filter(Number.isFinite), 0);
  return chart({
    ...area,
    epochs: epochsOf(run, history),
    range: [0, roundUp(top)],
    series: pair(train, validation),
  });
}

const strokesInTurn: readonly Stroke[] = ['heavy', 'light', 'double'];

export type OverlaidCurve = {
  readonly name: string;
  /** Over the epochs so far, of one run or of each seed. */
  readonly seeds: readonly (readonly number[])[];
};

/** Curves of several heads or designs in one chart; of several seeds the mean, and dots at the least and the most. */
export function overlayChart(curves: readonly OverlaidCurve[], epochs: number, area: Area): Line[] {
  const drawn = curves.map(({name, seeds}, index) => {
    const role = `head${index % 6}` as Role;
    const stroke = strokesInTurn[index % strokesInTurn.length] as Stroke;
    const values = overSeeds(seeds, own => own.reduce((sum, value) => sum + value, 0) / own.length);
    const edges = [Math.min, Math.max].map((edge): Series => {
      const at = overSeeds(seeds, own => edge(...own));
      return {name, role, stroke: 'dots', values: at};
    });
    const mean: Series = {name: `${name} ${latest(values, 3)}`, role, stroke, values};
    return {mean, edges: seeds.length > 1 ? edges : []};
  });
  const means = drawn.map(({mean}) => mean);
  const series = [...drawn.flatMap(({edges}) => edges), ...means];
  const lines = chart({...area, epochs, range: [0, 1], series});
  return legendLast(lines, legend(means, area.ascii, area.width));
}

/** One value for each epoch that any seed has reached. */
function overSeeds(
  seeds: OverlaidCurve['seeds'],
  summary: (values: readonly number[]) => number,
): number[] {
  const epochs = Math.max(0, ...seeds.map(values => values.length));
  return Array.from({length: epochs}, (_, epoch) => {
    const known = seeds.flatMap(values => values[epoch] ?? []).filter(Number.isFinite);
    return known.length === 0 ? Number.NaN : summary(known);
  });
}

/** Validation accuracies of a head, one for each epoch so far. */
export function validationAccuracies(run: RunState, head: string): number[] {
  return historyOf(run, head).map(({validation}) => validation.heads[head]?.accuracy ?? Number.NaN);
}

function pair(train: readonly number[], validation: readonly number[]): Series[] {
  return [
    {name: 'train', role: 'train', stroke: 'light', values: train},
    {name: 'validation', short: 'valid', role: 'validation', stroke: 'heavy', values: validation},
  ];
}

function latest(values: readonly number[], digits: number): string {
  const value = values.at(-1);
  return value === undefined ? '-' : fraction(value, digits);
}

function historyOf({models, current}: RunState, head: string | undefined): readonly EpochRecord[] {
  const model =
    head === undefined
      ? (models.find(({name}) => name === current) ?? models[0])
      : models.find(({heads}) => heads.includes(head));
  return model?.history ?? [];
}

function epochsOf({epochs}: RunState, history: readonly EpochRecord[]): number {
  return Math.max(epochs, history.length, 1);
}

/** The next round number, so that the axis changes seldom. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]
      .map(factor => factor * power)
      .find(top => top >= value) ?? value
  );
}
