import type {TuiController} from '../interface.js';
import {
  runTabs,
  type InterfaceState,
  type ListName,
  type Screen,
} from '../state/interface-state.js';
import {moved, withList} from '../state/lists.js';
import type {Snapshot} from '../state/snapshot.js';
import {visibleExperiments} from '../view/experiments.js';
import {liveItems, shownItem} from '../view/live.js';
import {shownPictures} from '../view/predictions.js';
import {visibleRuns} from '../view/runs.js';
import type {Action} from './action.js';

/** More than any list or text has. */
const FAR = 1_000_000;
const PAGE = 10;

/** The list that the cursor keys move on, if the focused pane has one. */
function activeList({state}: Snapshot): ListName | undefined {
  if (state.screen === 'experiments' && state.pane % 2 === 0) return 'experiments';
  if (state.screen === 'live' && state.pane % 2 === 0) return 'queue';
  return state.screen === 'runs' ? 'runs' : undefined;
}

/** Keys of a list's items as they are shown. */
export function listKeys(snapshot: Snapshot, name: ListName): readonly string[] {
  switch (name) {
    case 'experiments':
      return visibleExperiments(snapshot).map(entry => entry.name);
    case 'queue':
      return liveItems(snapshot).map(({key}) => key);
    case 'runs':
      return visibleRuns(snapshot).map(({folder}) => folder.id);
    default:
      return name satisfies never;
  }
}

function move(controller: TuiController, by: number): void {
  const snapshot = controller.snapshot.get();
  const list = activeList(snapshot);
  if (list !== undefined) {
    const keys = listKeys(snapshot, list);
    const shown = list === 'queue' ? shownItem(snapshot)?.key : undefined;
    controller.change(state => ({
      ...withList(state, list, own =>
        moved(shown === undefined ? own : {...own, cursor: shown}, keys, by),
      ),
      scroll: 0,
    }));
    return;
  }
  if (snapshot.state.screen === 'predictions') {
    const count = shownPictures(snapshot.predictions, snapshot.state.predictions).length;
    controller.change(state => {
      const index = Math.max(0, Math.min(count - 1, state.predictions.index + by));
      return {...state, predictions: {...state.predictions, index}};
    });
    return;
  }
  controller.change(state => ({...state, scroll: Math.max(0, Math.min(FAR, state.scroll + by))}));
}

/** Shows a screen; Esc leads back to the one before. */
export function goTo(state: InterfaceState, screen: Screen): InterfaceState {
  if (state.screen === screen) return state;
  return {...state, screen, trail: [state.screen, ...state.trail].slice(0, 8), pane: 0, scroll: 0};
}

/** The live screen, on what runs, after what was marked in a list went into the queue. */
export function goToQueue(state: InterfaceState, from: 'experiments' | 'runs'): InterfaceState {
  const unmarked = withList(state, from, list => ({...list, marked: new Set()}));
  return goTo(
    withList(unmarked, 'queue', list => ({...list, cursor: undefined})),
    'live',
  );
}

function opens(screen: Screen): Action {
  return {act: controller => controller.change(state => goTo(state, screen))};
}

function turn(controller: TuiController, by: 1 | -1): void {
  controller.change(state => {
    if (state.screen !== 'run') return {...state, pane: (state.pane + 2 + by) % 2, scroll: 0};
    const index = (runTabs.indexOf(state.runTab) + by + runTabs.length) % runTabs.length;
    return {...state, runTab: runTabs[index] ?? 'curves', scroll: 0};
  });
}

/** Esc: what is open is closed first, then filter and marks go, then the screen before comes. */
function back(state: InterfaceState): InterfaceState {
  const list = state.screen === 'experiments' || state.screen === 'runs' ? state.screen : undefined;
  if (list !== undefined) {
    if (state.lists[list].filter !== '')
      return withList(state, list, own => ({...own, filter: ''}));
    if (state.lists[list].marked.size > 0)
      return withList(state, list, own => ({...own, marked: new Set()}));
  }
  const [screen, ...trail] = state.trail;
  return screen === undefined ? state : {...state, screen, trail, pane: 0, scroll: 0};
}

export const navigation = {
  'open-experiments': opens('experiments'),
  'open-live': opens('live'),
  'open-runs': opens('runs'),
  'open-compare': opens('compare'),
  'open-predictions': opens('predictions'),
  'open-data': opens('data'),
  up: {act: controller => move(controller, -1)},
  down: {act: controller => move(controller, 1)},
  first: {act: controller => move(controller, -FAR)},
  last: {act: controller => move(controller, FAR)},
  'page-up': {act: controller => move(controller, -PAGE)},
  'page-down': {act: controller => move(controller, PAGE)},
  'next-pane': {act: controller => turn(controller, 1)},
  'previous-pane': {act: controller => turn(controller, -1)},
  filter: {act: controller => controller.change(state => ({...state, filtering: true}))},
  back: {act: controller => controller.change(back)},
  help: {act: controller => controller.change(state => ({...state, help: true, scroll: 0}))},
} as const satisfies Readonly<Record<string, Action>>;
