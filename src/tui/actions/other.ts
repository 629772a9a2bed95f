import type {Interface} from '../interface.js';
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

function showColumns(to: Interface, by: 1 | -1): void {
  const {comparison, runs} = to.snapshot.get();
  const {result} = comparison;
  if (result === undefined) return;
  to.change(state => {
    const most = compareColumns(result, state.allColumns, runs).length - 2;
    return {...state, firstColumn: Math.max(0, Math.min(most, state.firstColumn + by))};
  });
}

async function write(to: Interface): Promise<void> {
  const {result} = to.snapshot.get().comparison;
  if (result === undefined) return;
  to.notify(`Comparison written to ${await to.services.saveComparison(result)}`, 'good');
}

export const otherActions = {
  'all-columns': {
    act: to => to.change(state => ({...state, allColumns: !state.allColumns})),
    cannot: cannotWithoutComparison,
  },
  'next-columns': {act: to => showColumns(to, 1), cannot: cannotWithoutComparison},
  'previous-columns': {act: to => showColumns(to, -1), cannot: cannotWithoutComparison},
  write: {act: to => to.background(() => write(to)), cannot: cannotWithoutComparison},
  mistakes: {
    act: to =>
      to.change(state => ({
        ...state,
        predictions: {
          ...state.predictions,
          index: 0,
          mistakesOnly: !state.predictions.mistakesOnly,
        },
      })),
  },
  'draw-sample': {act: to => startTask(to, 'sample'), cannot: cannotDuringTask},
  prepare: {act: to => startTask(to, 'prepare'), cannot: cannotDuringTask},
  'look-again': {act: lookAgain},
} as const satisfies Readonly<Record<string, Action>>;
