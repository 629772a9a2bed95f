import {keptAccuracy, learningCurve} from '../../compare/learning-curves.js';
import {accuracyChart, lossChart, overlayChart} from '../charts/curves.js';
import {fraction} from '../../util/format.js';
import type {RunState} from '../../runs/run-state.js';
import type {InterfaceState} from '../state/interface-state.js';
import {line, type Line} from '../text/line.js';
import {inside, shares, sideBySide, stacked, type Layout, type Pane} from './pane.js';
import {ownValue} from '../../util/own-value.js';

/** Smallest chart that can be read, with its frame. */
const MIN_WIDTH = 34;
const MIN_HEIGHT = 9;

type ChartArea = {
  readonly width: number;
  readonly height: number;
  readonly focused: boolean;
  readonly ascii: boolean;
};

/** How many heads have room for a chart of their own, in how many columns and rows. */
function chartGrid(
  heads: number,
  {width, height}: Pick<ChartArea, 'width' | 'height'>,
): {readonly columns: number; readonly rows: number} {
  const mostColumns = Math.max(1, Math.floor(width / MIN_WIDTH));
  const mostRows = Math.max(1, Math.floor(height / MIN_HEIGHT));
  const columns = Math.min(mostColumns, heads);
  return {columns, rows: Math.min(mostRows, Math.ceil(heads / columns))};
}

/** The curves of a run: a chart for each head, or all heads in one; a loss chart where there is room. */
export function chartPanes(
  run: RunState,
  {curves, firstHead}: Pick<InterfaceState, 'curves' | 'firstHead'>,
  area: ChartArea,
): Layout {
  if (run.heads.length === 0) return message('Curves', waitingText(run), area);
  if (curves === 'overlay') return overlay(run, area);
  const withLoss = curves === 'accuracy' && area.height >= 2 * MIN_HEIGHT + 4;
  const lossHeight = withLoss ? Math.max(MIN_HEIGHT, Math.floor(area.height / 3)) : 0;
  const height = area.height - lossHeight;
  const {columns, rows} = chartGrid(run.heads.length, {width: area.width, height});
  const start = Math.min(firstHead, Math.max(0, run.heads.length - columns * rows));
  const shown = run.heads.slice(start, start + columns * rows);
  const place = `${start + 1}-${start + shown.length} of ${run.heads.length}`;
  const suffix = shown.length === run.heads.length ? '' : ` · ${place}`;
  const lines = shares(height, rows).map((own, row) => {
    const heads = shown.slice(row * columns, (row + 1) * columns);
    const widths = shares(area.width, columns);
    const panes = heads.map((head, column) =>
      headPane(run, head, curves, {...area, height: own, width: widths[column] as number}),
    );
    return sideBySide(...panes.map(pane => ({...pane, title: `${pane.title}${suffix}`})));
  });
  const loss = withLoss ? [totalLoss(run, {...area, height: lossHeight})] : [];
  return stacked(...lines, ...loss);
}

function headPane(run: RunState, head: string, curves: 'accuracy' | 'loss', area: ChartArea): Pane {
  const draw = curves === 'accuracy' ? accuracyChart : lossChart;
  const {width, height} = inside(area);
  return {
    key: `${curves}/${head}`,
    title: `${head} ${curves}${latestText(run, head, curves)}`,
    ...area,
    lines: draw(run, head, {width, height, ascii: area.ascii}),
  };
}

/** ` 0.872`: on the validation images, with the kept weights; until those are known, so far. */
function latestText(run: RunState, head: string, curves: 'accuracy' | 'loss'): string {
  const model = run.models.find(({heads}) => heads.includes(head));
  const metrics = model?.final?.validation ?? model?.history.at(-1)?.validation;
  const value = ownValue(metrics?.heads ?? {}, head)?.[curves];
  return value === undefined ? '' : ` ${fraction(value, 3)}`;
}

function totalLoss(run: RunState, area: ChartArea): Pane {
  const {width, height} = inside(area);
  const several = run.models.length > 1 && run.current !== undefined;
  return {
    key: 'loss',
    title: several ? `loss of ${run.current}` : 'loss',
    ...area,
    lines: lossChart(run, undefined, {width, height, ascii: area.ascii}),
  };
}

function overlay(run: RunState, area: ChartArea): Pane {
  const {width, height} = inside(area);
  const curves = run.heads.map(name => ({
    name,
    seeds: 1,
    points: learningCurve([run], name, 'validation', 'accuracy'),
    kept: keptAccuracy([run], name),
  }));
  return {
    key: 'overlay',
    title: 'validation accuracy of all heads',
    ...area,
    lines: overlayChart(curves, Math.max(1, run.epochs), {width, height, ascii: area.ascii}),
  };
}

export function message(title: string, text: string, area: ChartArea): Pane {
  const lines: Line[] = text.split('\n').map(own => line(own));
  return {key: title, title, ...area, lines};
}

function waitingText({status}: RunState): string {
  return status === 'queued' ? 'Waiting in the queue.' : 'Starting.';
}
