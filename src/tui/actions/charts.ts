import type {RunState} from '../../runs/run-state.js';
import type {TuiController} from '../controller.js';
import {bindingsWith} from '../keys/binding.js';
import {
  accuracyOrders,
  cannotWithoutTable,
  curvesRun,
  scoreOrders,
  tabulatedRun,
} from '../state/head-rows.js';
import {
  curveKinds,
  type ChartView,
  type CurveKind,
  type SortOrder,
} from '../state/interface-state.js';
import {clamped, turned} from '../state/lists.js';
import {comparedRecords} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {moveIn} from './navigation.js';

/** Weights of the moving average in turn, as TensorBoard's slider has them. */
const SMOOTHINGS = [0, 0.6, 0.9];
const MAX_ZOOM = 10;

function look(controller: TuiController, change: (view: ChartView) => Partial<ChartView>): void {
  controller.change(({chart}) => ({chart: {...chart, ...change(chart)}}));
}

/** The runs whose curves are on the screen. */
function drawnRuns(snapshot: Snapshot): readonly RunState[] {
  if (snapshot.state.screen === 'compare') return comparedRecords(snapshot).map(({state}) => state);
  return [curvesRun(snapshot) ?? []].flat();
}

/** Points out an epoch; beyond the last one, none. The first key points out the last epoch. */
function point(controller: TuiController, by: number): void {
  const runs = drawnRuns(controller.snapshot.get());
  const histories = runs.flatMap(({models}) => models.map(({history}) => history));
  const last = Math.max(0, ...histories.map(history => history.at(-1)?.epoch ?? 0));
  look(controller, ({epoch}) => {
    const next = epoch === undefined ? (by < 0 ? last : 1) : Math.max(1, epoch + by);
    return {epoch: next > last ? undefined : next};
  });
}

function zoom(controller: TuiController, by: number): void {
  look(controller, view => ({zoom: clamped(view.zoom + by, 0, MAX_ZOOM)}));
}

/** Why no curves are on the screen; undefined where some are. */
function cannotWithoutCurves(snapshot: Snapshot): string | undefined {
  const {screen, runTab} = snapshot.state;
  if (screen === 'run' && runTab !== 'curves')
    return 'The curves are on the first page of the run.';
  return drawnRuns(snapshot).length === 0 ? 'There is no run to draw.' : undefined;
}

/** The curves after those on the screen; weights only where the run has some. */
function nextCurves(snapshot: Snapshot): CurveKind {
  const {curves} = snapshot.state;
  const histories = drawnRuns(snapshot).flatMap(({models}) => models.map(({history}) => history));
  const isBalanced = histories.some(history => history[0]?.weights !== undefined);
  const kinds = curveKinds.filter(kind => kind === curves || kind !== 'weights' || isBalanced);
  return turned(kinds, curves);
}

/** Changes the order of the table of heads that is on the screen. @param change Gets its columns, too. */
function sortHeads(
  controller: TuiController,
  change: (order: SortOrder, columns: readonly string[]) => Partial<SortOrder>,
): void {
  const hasScores = tabulatedRun(controller.snapshot.get()) !== undefined;
  controller.change(({headSort, scoreSort}) =>
    hasScores
      ? {scoreSort: {...scoreSort, ...change(scoreSort, scoreOrders)}}
      : {headSort: {...headSort, ...change(headSort, accuracyOrders)}},
  );
}

const screens = ['live', 'run'] as const;
/** Where one chart is part of a screen, its keys stand in the help and not in the footer. */
const withComparison = [...screens, 'compare'] as const;
const unlessCompared =
  (label: string) =>
  ({state: {screen}}: Snapshot): string | undefined =>
    screen === 'compare' ? undefined : label;

/** What keys do on the curves of a run, and of a comparison. */
export const chartKeys = bindingsWith({screens, cannot: cannotWithoutCurves}, [
  {
    keys: ['y'],
    label: nextCurves,
    help: 'Show the next curves: accuracy, loss, all heads together, their weights, several runs, the machine.',
    act: (controller, snapshot) => controller.change({curves: nextCurves(snapshot)}),
  },
  {
    keys: [','],
    screens: withComparison,
    label: unlessCompared('epoch'),
    help: 'Read the values one epoch earlier. Esc hides them.',
    act: controller => point(controller, -1),
  },
  {
    keys: ['.'],
    screens: withComparison,
    help: 'Read the values one epoch later; after the last epoch they are the latest again.',
    act: controller => point(controller, 1),
  },
  {
    keys: ['f'],
    screens: withComparison,
    label: snapshot => unlessCompared(snapshot.state.chart.fit ? 'whole range' : 'fit')(snapshot),
    help: 'Fit the axis to the visible values, or show 0 to 1.',
    act: controller => look(controller, ({fit}) => ({fit: !fit})),
  },
  {
    keys: ['L'],
    help: 'Show losses on a logarithmic axis, or on a linear one.',
    act: controller => look(controller, ({log}) => ({log: !log})),
  },
  {
    keys: ['e'],
    screens: withComparison,
    help: 'Smooth the curves: a moving average of weight 0.6, then 0.9, then none. Numbers stay as they are.',
    act: controller =>
      look(controller, ({smoothing}) => ({smoothing: turned(SMOOTHINGS, smoothing)})),
  },
  {
    keys: ['+', '='],
    screens: withComparison,
    label: unlessCompared('zoom'),
    help: 'Show half as many epochs, around the one that is read or the last.',
    act: controller => zoom(controller, 1),
  },
  {
    keys: ['-'],
    screens: withComparison,
    help: 'Show twice as many epochs.',
    act: controller => zoom(controller, -1),
  },
  {keys: [']'], help: 'Show the next head.', act: controller => moveIn(controller, 'heads', 1)},
  {
    keys: ['['],
    help: 'Show the previous head.',
    act: controller => moveIn(controller, 'heads', -1),
  },
  {
    keys: ['s'],
    help: 'Sort a table of heads by its next column.',
    act: controller =>
      sortHeads(controller, ({column}, columns) => ({column: turned(columns, column)})),
    cannot: cannotWithoutTable,
  },
  {
    keys: ['S'],
    help: 'Reverse the order of the heads.',
    act: controller => sortHeads(controller, ({descending}) => ({descending: !descending})),
    cannot: cannotWithoutTable,
  },
]);
