import type {TuiController} from '../controller.js';
import {headColumns, type InterfaceState} from '../state/interface-state.js';
import {tabulatedRun} from '../state/score-rows.js';
import {scoreOrders, type ScoreOrder} from '../state/scores.js';

/** Which order the keys change: that of the table on the screen. */
function shownSort({snapshot}: TuiController): 'scoreSort' | 'headSort' {
  return tabulatedRun(snapshot.get()) === undefined ? 'headSort' : 'scoreSort';
}

function nextOf<T>(all: readonly T[], current: T): T {
  return all[(all.indexOf(current) + 1) % all.length] ?? current;
}

/** Sorts the table of heads by its next column. */
export function sortByNext(controller: TuiController): void {
  const sort = shownSort(controller);
  controller.change((state): InterfaceState => {
    const {headSort, scoreSort} = state;
    return sort === 'headSort'
      ? {...state, headSort: {...headSort, column: nextOf(headColumns, headSort.column)}}
      : {...state, scoreSort: {...scoreSort, column: nextOf(scoreOrders, scoreSort.column)}};
  });
}

/** Reverses the order of the table of heads. */
export function reverseHeads(controller: TuiController): void {
  const sort = shownSort(controller);
  controller.change((state): InterfaceState => ({
    ...state,
    [sort]: {...state[sort], descending: !state[sort].descending},
  }));
}

/** Sorts the metrics of the heads by a column; the same column again reverses them. */
export function sortScoresBy(controller: TuiController, column: ScoreOrder): void {
  controller.change(state => {
    const {scoreSort} = state;
    const descending = scoreSort.column === column && !scoreSort.descending;
    return {...state, scoreSort: {column, descending}};
  });
}
