import type {TuiController} from '../controller.js';
import {orderedAffinity} from '../charts/affinity-map.js';
import {type InterfaceState, type ListName, type Screen} from '../state/interface-state.js';
import {shownAffinity, shownTabs} from '../state/run-tabs.js';
import {curvesRun, headRows} from '../state/head-rows.js';
import {filteredList, moved, withList} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {liveItems, shownItem} from '../state/live-items.js';
import {visibleExperiments, visibleRuns} from '../state/selectors.js';
import {scoreRows, tabulatedRun} from '../state/score-rows.js';
import {shownImages} from '../state/shown-images.js';
import {shownSlices} from '../state/slice-rows.js';

/** More than the length of any list or text. */
export const FAR = 1_000_000;

/** The list that the cursor keys move on, if the focused pane has one. */
function activeList(snapshot: Snapshot): ListName | undefined {
  const {state} = snapshot;
  if (state.screen === 'experiments' && state.pane % 2 === 0) return 'experiments';
  if (state.screen === 'live') return state.pane % 2 === 0 ? 'queue' : 'heads';
  if (state.screen === 'run') return hasHeads(snapshot) ? 'heads' : undefined;
  if (state.screen === 'compare' && state.pane % 2 === 0)
    return state.slices ? 'slices' : 'compare';
  return state.screen === 'runs' ? 'runs' : undefined;
}

/** Whether the page of a run has a cursor on a head. */
function hasHeads(snapshot: Snapshot): boolean {
  return (
    snapshot.state.runTab === 'curves' ||
    tabulatedRun(snapshot) !== undefined ||
    shownAffinity(snapshot) !== undefined
  );
}

/** Keys of a list's items in the order on the screen. */
export function listKeys(snapshot: Snapshot, name: ListName): readonly string[] {
  switch (name) {
    case 'experiments':
      return visibleExperiments(snapshot).map(entry => entry.name);
    case 'queue':
      return liveItems(snapshot).map(({key}) => key);
    case 'compare':
      return snapshot.comparison.result?.groups.map(group => group.name) ?? [];
    case 'slices': {
      const {comparison, state} = snapshot;
      const {result} = comparison;
      const slices = result && shownSlices(result, state.firstHead);
      return slices?.rows.map(({key}) => key) ?? [];
    }
    case 'runs':
      return visibleRuns(snapshot).map(({folder}) => folder.id);
    case 'heads': {
      const tabulated = tabulatedRun(snapshot);
      if (tabulated !== undefined)
        return scoreRows(tabulated, snapshot.state).map(({head}) => head);
      const affinity = shownAffinity(snapshot);
      if (affinity !== undefined) return orderedAffinity(affinity).names;
      const run = curvesRun(snapshot);
      return run === undefined ? [] : headRows(run, snapshot.state).map(({head}) => head);
    }
    default:
      return name satisfies never;
  }
}

/** Moves the cursor of the focused list, the image, or the text. */
export function move(controller: TuiController, by: number): void {
  const snapshot = controller.snapshot.get();
  const name = activeList(snapshot);
  if (name !== undefined) {
    moveIn(controller, name, by);
    return;
  }
  if (snapshot.state.screen === 'predictions') {
    const count = shownImages(snapshot).length;
    controller.change(state => {
      const index = Math.max(0, Math.min(count - 1, state.predictions.index + by));
      return {...state, predictions: {...state.predictions, index}};
    });
    return;
  }
  controller.change(state => ({...state, scroll: Math.max(0, Math.min(FAR, state.scroll + by))}));
}

/** Turns the columns of a table that has no room for all; after the last page comes the first. */
export function turnColumns(controller: TuiController, by: 1 | -1): void {
  controller.change(state => ({...state, columnPage: state.columnPage + by}));
}

/** Where a screen opens: its first panel, from its first line and column. */
const top = {pane: 0, scroll: 0, columnPage: 0} as const;

/** Moves the cursor of a list. */
export function moveIn(controller: TuiController, name: ListName, by: number): void {
  const snapshot = controller.snapshot.get();
  const keys = listKeys(snapshot, name);
  const shown = name === 'queue' ? shownItem(snapshot)?.key : undefined;
  controller.change(state => ({
    ...withList(state, name, list =>
      moved(shown === undefined ? list : {...list, cursor: shown}, keys, by),
    ),
    scroll: 0,
  }));
}

/** Shows a screen; Esc does not leave it. */
export function goTo(state: InterfaceState, screen: Screen): InterfaceState {
  return state.screen === screen ? state : {...state, screen, trail: [], ...top};
}

/** Shows a screen that belongs to what is selected on this one; Esc leads back. */
export function goInto(state: InterfaceState, screen: Screen): InterfaceState {
  if (state.screen === screen) return state;
  return {...state, screen, trail: [state.screen, ...state.trail], ...top};
}

/** The live screen with the cursor on the active run; the marks of the list are cleared. */
export function goToQueue(state: InterfaceState, from: 'experiments' | 'runs'): InterfaceState {
  const unmarked = withList(state, from, list => ({...list, marked: new Set()}));
  return goTo(
    withList(unmarked, 'queue', list => ({...list, cursor: undefined})),
    'live',
  );
}

/** A click on a tab: closes what is open before it. */
export function openTab(controller: TuiController, screen: Screen): void {
  const closed = {prompt: undefined, question: undefined, help: false};
  controller.change(state => goTo({...state, ...closed}, screen));
}

/** A click on a row: its list has the keys afterwards. */
export function selectRow(controller: TuiController, name: ListName, key: string): void {
  controller.change(state => ({
    ...withList(state, name, list => ({...list, cursor: key})),
    pane: name === 'heads' ? 1 : 0,
    scroll: 0,
  }));
}

/** Goes to the next or previous panel, or page of a run. */
export function turnPane(controller: TuiController, by: 1 | -1): void {
  const tabs = shownTabs(controller.snapshot.get());
  controller.change(state => {
    if (state.screen !== 'run') return {...state, pane: (state.pane + 2 + by) % 2, scroll: 0};
    const index = (tabs.indexOf(state.runTab) + by + tabs.length) % tabs.length;
    return {...state, runTab: tabs[index] ?? 'curves', scroll: 0};
  });
}

/** Esc: clears the filter, then the marks, then goes up to the screen that opened this one. */
export function back(state: InterfaceState): InterfaceState {
  if (state.chart.epoch !== undefined && ['live', 'run', 'compare'].includes(state.screen))
    return {...state, chart: {...state.chart, epoch: undefined}};
  if (state.predictions.isLarge && state.screen === 'predictions')
    return {...state, predictions: {...state.predictions, isLarge: false}};
  const list = filteredList(state.screen);
  if (list !== undefined) {
    if (state.lists[list].filter !== '')
      return withList(state, list, entries => ({...entries, filter: ''}));
    if (state.lists[list].marked.size > 0)
      return withList(state, list, entries => ({...entries, marked: new Set()}));
  }
  const [screen, ...trail] = state.trail;
  return screen === undefined ? state : {...state, screen, trail, ...top};
}
