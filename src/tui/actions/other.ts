import {
  headMetricKeys,
  overallMetricKeys,
  sliceMetricKeys,
  type Metric,
} from '../../experiment/metrics.js';
import type {TuiController} from '../controller.js';
import type {Snapshot} from '../state/snapshot.js';
import {writeComparison} from './write-comparison.js';
import type {Action} from '../keys/binding.js';

/** Why there is no table of slices. */
export const NO_SLICES =
  'These runs have no slices. Run them with evaluation.slices: [Male] or other attributes of the data.';

function cannotWithoutComparison({comparison}: Snapshot): string | undefined {
  return comparison.result === undefined ? 'There is nothing to compare yet.' : undefined;
}

async function write(controller: TuiController): Promise<void> {
  const {result} = controller.snapshot.get().comparison;
  if (result !== undefined) await writeComparison(controller, result);
}

/** Metrics of slices are offered where the runs have slices. */
function metricsOf({comparison}: Snapshot): readonly Metric[] {
  const hasSlices = (comparison.result?.slices.length ?? 0) > 0;
  return [...headMetricKeys, ...(hasSlices ? sliceMetricKeys : []), ...overallMetricKeys];
}

/** Also where other runs have taken the place of those that had the compared metric. */
function cannotTurnMetric(snapshot: Snapshot): string | undefined {
  return snapshot.comparison.error === undefined ? cannotWithoutComparison(snapshot) : undefined;
}

/** Compares by another metric, and begins again after the last. @param step 1 or -1. */
function turnMetric(controller: TuiController, step: 1 | -1): void {
  const metrics = metricsOf(controller.snapshot.get());
  controller.change(state => {
    const at = (metrics.indexOf(state.metric) + step + metrics.length) % metrics.length;
    return {...state, metric: metrics[at] ?? 'accuracy', columnPage: 0};
  });
}

function cannotShowSlices({comparison}: Snapshot): string | undefined {
  if (comparison.result === undefined) return 'There is nothing to compare yet.';
  return comparison.result.slices.length === 0 ? NO_SLICES : undefined;
}

export const otherActions = {
  slices: {
    act: controller =>
      controller.change(state => ({
        ...state,
        ...{slices: !state.slices, pane: 0, scroll: 0, columnPage: 0},
      })),
    cannot: cannotShowSlices,
  },
  allColumns: {
    act: controller => controller.change(state => ({...state, allColumns: !state.allColumns})),
    cannot: cannotWithoutComparison,
  },
  nextMetric: {
    act: controller => turnMetric(controller, 1),
    cannot: cannotTurnMetric,
  },
  previousMetric: {
    act: controller => turnMetric(controller, -1),
    cannot: cannotTurnMetric,
  },
  write: {
    act: controller => controller.background(() => write(controller)),
    cannot: cannotWithoutComparison,
  },
} as const satisfies Readonly<Record<string, Action>>;
