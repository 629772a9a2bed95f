import {headMetricKeys, overallMetricKeys} from '../../experiment/metrics.js';
import type {TuiController} from '../controller.js';
import type {Snapshot} from '../state/snapshot.js';
import {writeComparison} from './write-comparison.js';
import type {Action} from '../keys/binding.js';

function cannotWithoutComparison({comparison}: Snapshot): string | undefined {
  return comparison.result === undefined ? 'There is nothing to compare yet.' : undefined;
}

async function write(controller: TuiController): Promise<void> {
  const {result} = controller.snapshot.get().comparison;
  if (result !== undefined) await writeComparison(controller, result);
}

const metrics = [...headMetricKeys, ...overallMetricKeys];

/** Compares by another metric, and begins again after the last. @param step 1 or -1. */
function turnMetric(controller: TuiController, step: 1 | -1): void {
  controller.change(state => {
    const at = (metrics.indexOf(state.metric) + step + metrics.length) % metrics.length;
    return {...state, metric: metrics[at] ?? 'accuracy', columnPage: 0};
  });
}

export const otherActions = {
  allColumns: {
    act: controller => controller.change(state => ({...state, allColumns: !state.allColumns})),
    cannot: cannotWithoutComparison,
  },
  nextMetric: {
    act: controller => turnMetric(controller, 1),
    cannot: cannotWithoutComparison,
  },
  previousMetric: {
    act: controller => turnMetric(controller, -1),
    cannot: cannotWithoutComparison,
  },
  write: {
    act: controller => controller.background(() => write(controller)),
    cannot: cannotWithoutComparison,
  },
} as const satisfies Readonly<Record<string, Action>>;
