import type {TuiController} from '../controller.js';
import {bindingsOn} from '../keys/binding.js';
import {curveKinds, type ChartView, type CurveKind} from '../state/interface-state.js';
import type {RunState} from '../../runs/run-state.js';
import {cannotWithoutTable, curvesRun} from '../state/head-rows.js';
import {comparedRecords} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
import {reverseHeads, sortByNext} from './head-order.js';
import {moveIn} from './navigation.js';

/** Weights of the moving average in turn, as TensorBoard's slider has them. */
const SMOOTHINGS = [0, 0.6, 0.9];
const MAX_ZOOM = 10;

function look(controller: TuiController, change: (view: ChartView) => Partial<ChartView>): void {
  controller.change(state => ({...state, chart: {...state.chart, ...change(state.chart)}}));
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
  look(controller, view => ({zoom: Math.max(0, Math.min(MAX_ZOOM, view.zoom + by))}));
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
  return kinds[(kinds.indexOf(curves) + 1) % kinds.length] ?? 'accuracy';
}

const screens = ['live', 'run'] as const;
/** Where one chart is part of a screen, its keys stand in the help and not in the footer. */
const withComparison = [...screens, 'compare'] as const;
const unlessCompared =
  (label: string) =>
  ({state: {screen}}: Snapshot): string | undefined =>
    screen === 'compare' ? undefined : label;

/** What keys do on the curves of a run, and of a comparison. */
export const chartKeys = bindingsOn(screens, [
  {
    keys: ['y'],
    label: nextCurves,
    help: 'Show the next curves: accuracy, loss, all heads together, their weights, several runs, the machine.',
    act: controller => {
      const curves = nextCurves(controller.snapshot.get());
      controller.change(state => ({...state, curves}));
    },
    cannot: cannotWithoutCurves,
  },
  {
    keys: [','],
    screens: withComparison,
    label: unlessCompared('epoch'),
    help: 'Read the values one epoch earlier. Esc hides them.',
    act: controller => point(controller, -1),
    cannot: cannotWithoutCurves,
  },
  {
    keys: ['.'],
    screens: withComparison,
    help: 'Read the values one epoch later; after the last epoch they are the latest again.',
    act: controller => point(controller, 1),
    cannot: cannotWithoutCurves,
  },
  {
    keys: ['f'],
    screens: withComparison,
    label: snapshot => unlessCompared(snapshot.state.chart.fit ? 'whole range' : 'fit')(snapshot),
    help: 'Fit the axis to the visible values, or show 0 to 1.',
    act: controller => look(controller, ({fit}) => ({fit: !fit})),
    cannot: cannotWithoutCurves,
  },
  {
    keys: ['L'],
    help: 'Show losses on a logarithmic axis, or on a linear one.',
    act: controller => look(controller, ({log}) => ({log: !log})),
    cannot: cannotWithoutCurves,
  },
  {
    keys: ['e'],
    screens: withComparison,
    help: 'Smooth the curves: a moving average of weight 0.6, then 0.9, then none. Numbers stay as they are.',
    act: controller =>
      look(controller, ({smoothing}) => ({
        smoothing: SMOOTHINGS[(SMOOTHINGS.indexOf(smoothing) + 1) % SMOOTHINGS.length] ?? 0,
      })),
    cannot: cannotWithoutCurves,
  },
  {
    keys: ['+', '='],
    screens: withComparison,
    label: unlessCompared('zoom'),
    help: 'Show half as many epochs, around the one that is read or the last.',
    act: controller => zoom(controller, 1),
    cannot: cannotWithoutCurves,
  },
  {
    keys: ['-'],
    screens: withComparison,
    help: 'Show twice as many epochs.',
    act: controller => zoom(controller, -1),
    cannot: cannotWithoutCurves,
  },
  {
    keys: [']'],
    help: 'Show the next head.',
    act: controller => moveIn(controller, 'heads', 1),
    cannot: cannotWithoutCurves,
  },
  {
    keys: ['['],
    help: 'Show the previous head.',
    act: controller => moveIn(controller, 'heads', -1),
    cannot: cannotWithoutCurves,
  },
  {
    keys: ['s'],
    help: 'Sort a table of heads by its next column.',
    act: sortByNext,
    cannot: cannotWithoutTable,
  },
  {
    keys: ['S'],
    help: 'Reverse the order of the heads.',
    act: reverseHeads,
    cannot: cannotWithoutTable,
  },
]);
