import type {TuiController} from '../controller.js';
import type {Action} from '../keys/binding.js';
import {curveKinds, headColumns, type ChartView} from '../state/interface-state.js';
import type {RunState} from '../../runs/run-state.js';
import {cannotWithoutTable, curvesRun} from '../state/head-rows.js';
import {comparedRecords} from '../state/selectors.js';
import type {Snapshot} from '../state/snapshot.js';
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

export const chartActions = {
  curves: {
    act: controller =>
      controller.change(state => {
        const next = (curveKinds.indexOf(state.curves) + 1) % curveKinds.length;
        return {...state, curves: curveKinds[next] ?? 'accuracy'};
      }),
    cannot: cannotWithoutCurves,
  },
  nextHead: {act: controller => moveIn(controller, 'heads', 1), cannot: cannotWithoutCurves},
  previousHead: {act: controller => moveIn(controller, 'heads', -1), cannot: cannotWithoutCurves},
  fit: {act: controller => look(controller, ({fit}) => ({fit: !fit})), cannot: cannotWithoutCurves},
  log: {act: controller => look(controller, ({log}) => ({log: !log})), cannot: cannotWithoutCurves},
  smooth: {
    act: controller =>
      look(controller, ({smoothing}) => ({
        smoothing: SMOOTHINGS[(SMOOTHINGS.indexOf(smoothing) + 1) % SMOOTHINGS.length] ?? 0,
      })),
    cannot: cannotWithoutCurves,
  },
  zoomIn: {act: controller => zoom(controller, 1), cannot: cannotWithoutCurves},
  zoomOut: {act: controller => zoom(controller, -1), cannot: cannotWithoutCurves},
  earlierEpoch: {act: controller => point(controller, -1), cannot: cannotWithoutCurves},
  laterEpoch: {act: controller => point(controller, 1), cannot: cannotWithoutCurves},
  sortHeads: {
    act: controller =>
      controller.change(state => {
        const next = (headColumns.indexOf(state.headSort.column) + 1) % headColumns.length;
        const column = headColumns[next] ?? 'file order';
        return {...state, headSort: {...state.headSort, column}};
      }),
    cannot: cannotWithoutTable,
  },
  reverseHeads: {
    act: controller =>
      controller.change(state => ({
        ...state,
        headSort: {...state.headSort, descending: !state.headSort.descending},
      })),
    cannot: cannotWithoutTable,
  },
} as const satisfies Readonly<Record<string, Action>>;
