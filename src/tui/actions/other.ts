import type {TuiController} from '../interface.js';
import type {Snapshot} from '../state/snapshot.js';
import {compareColumns} from '../view/compare.js';
import {askedExperiment, lookAgain, startTask} from '../loading/load-data.js';
import type {Action} from './action.js';

function cannotWithoutComparison({comparison}: Snapshot): string | undefined {
  return comparison.result === undefined ? 'There is nothing to compare yet.' : undefined;
}

function cannotDuringTask(snapshot: Snapshot): string | undefined {
  if (snapshot.data.task !== undefined) return 'The program is already doing this.';
  return askedExperiment(snapshot) === undefined ? 'No experiment is selected.' : undefined;
}

function showColumns(controller: TuiController, by: 1 | -1): void {
  const {comparison, runs} = controller.snapshot.get();
  const {result} = comparison;
  if (result === undefined) return;
  controller.change(state => {
    const most = compareColumns(result, state.allColumns, runs).length - 2;
    return {...state, firstColumn: Math.max(0, Math.min(most, state.firstColumn + by))};
  });
}

async function write(controller: TuiController): Promise<void> {
  const {result} = controller.snapshot.get().comparison;
  if (result === undefined) return;
  controller.notify(
    `Comparison written to ${await controller.services.saveComparison(result)}`,
    'good',
  );
}

export const otherActions = {
  'all-columns': {
    act: controller => controller.change(state => ({...state, allColumns: !state.allColumns})),
    cannot: cannotWithoutComparison,
  },
  'next-columns': {act: controller => showColumns(controller, 1), cannot: cannotWithoutComparison},
  'previous-columns': {
    act: controller => showColumns(controller, -1),
    cannot: cannotWithoutComparison,
  },
  write: {
    act: controller => controller.background(() => write(controller)),
    cannot: cannotWithoutComparison,
  },
  mistakes: {
    act: controller =>
      controller.change(state => ({
        ...state,
        predictions: {
          ...state.predictions,
          index: 0,
          mistakesOnly: !state.predictions.mistakesOnly,
        },
      })),
  },
  'draw-sample': {act: controller => startTask(controller, 'sample'), cannot: cannotDuringTask},
  prepare: {act: controller => startTask(controller, 'prepare'), cannot: cannotDuringTask},
  'look-again': {act: lookAgain},
} as const satisfies Readonly<Record<string, Action>>;
