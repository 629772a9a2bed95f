import type {TuiController} from '../controller.js';
import {orderedAffinity} from '../charts/affinity-map.js';
import {
  emptyList,
  type InterfaceState,
  type ListName,
  type Screen,
} from '../state/interface-state.js';
import {curvesRun, headRows, scoreRows, tabulatedRun} from '../state/head-rows.js';
import {clamped, filteredList, moved, turned, withList} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {liveItems, shownItem} from '../state/live-items.js';
import {shownAffinity, shownTabs, visibleExperiments, visibleRuns} from '../state/selectors.js';
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
  if (state.screen === 'predictions') return 'images';
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
      const {result} = snapshot.comparison;
      const slices = result && shownSlices(result, snapshot.state.firstHead);
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
    case 'images':
      return shownImages(snapshot).map(({file}) => file);
    default:
      return name satisfies never;
  }
}

/** Moves the cursor of the focused list, or the text. */
export function move(controller: TuiController, by: number): void {
  const name = activeList(controller.snapshot.get());
  if (name === undefined) controller.change(({scroll}) => ({scroll: clamped(scroll + by, 0, FAR)}));
  else moveIn(controller, name, by);
}

/** Turns the columns of a table that has no room for all; after the last page comes the first. */
export function turnColumns(controller: TuiController, by: 1 | -1): void {
  controller.change(({columnPage}) => ({columnPage: columnPage + by}));
}

/** Where a screen opens: its first panel, from its first line and column. */
export const top = {pane: 0, scroll: 0, columnPage: 0} as const;

/** Moves the cursor of a list. */
export function moveIn(controller: TuiController, name: ListName, by: number): void {
  const snapshot = controller.snapshot.get();
  const list = snapshot.state.lists[name];
  const cursor = name === 'queue' ? shownItem(snapshot)?.key : list.cursor;
  const change = moved({...list, cursor}, listKeys(snapshot, name), by);
  controller.change(state => ({...withList(state, name, change), scroll: 0}));
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

/** Other predictions, from the first image on. */
export function withPredictions(
  state: InterfaceState,
  change: Partial<InterfaceState['predictions']>,
): InterfaceState {
  const predictions = {...state.predictions, ...change};
  return {...withList(state, 'images', emptyList), predictions};
}

/** The live screen with the cursor on the active run; the marks of the list are cleared. */
export function goToQueue(state: InterfaceState, from: 'experiments' | 'runs'): InterfaceState {
  const unmarked = withList(state, from, {marked: new Set()});
  return goTo(withList(unmarked, 'queue', {cursor: undefined}), 'live');
}

/** A click on a tab: closes what is open before it. */
export function openTab(controller: TuiController, screen: Screen): void {
  const closed = {prompt: undefined, question: undefined, help: false};
  controller.change(state => goTo({...state, ...closed}, screen));
}

/** A click on a row: its list has the keys afterwards. */
export function selectRow(controller: TuiController, name: ListName, key: string): void {
  controller.change(state => ({
    ...withList(state, name, {cursor: key}),
    pane: name === 'heads' ? 1 : 0,
    scroll: 0,
  }));
}

/** Goes to the next or previous panel, or page of a run. */
export function turnPane(controller: TuiController, by: 1 | -1): void {
  const tabs = shownTabs(controller.snapshot.get());
  controller.change(({screen, pane, runTab}) => ({
    ...(screen === 'run' ? {runTab: turned(tabs, runTab, by)} : {pane: (pane + 2 + by) % 2}),
    scroll: 0,
  }));
}

/** Esc: clears the filter, then the marks, then goes up to the screen that opened this one. */
export function back(state: InterfaceState): InterfaceState {
  if (state.chart.epoch !== undefined && ['live', 'run', 'compare'].includes(state.screen))
    return {...state, chart: {...state.chart, epoch: undefined}};
  if (state.predictions.isLarge && state.screen === 'predictions')
    return {...state, predictions: {...state.predictions, isLarge: false}};
  const list = filteredList(state.screen);
  if (list !== undefined) {
    if (state.lists[list].filter !== '') return withList(state, list, {filter: ''});
    if (state.lists[list].marked.size > 0) return withList(state, list, {marked: new Set()});
  }
  const [screen, ...trail] = state.trail;
  return screen === undefined ? state : {...state, screen, trail, ...top};
}
