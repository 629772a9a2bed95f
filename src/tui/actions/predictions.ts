import {hasResult} from '../../runs/status.js';
import type {TuiController} from '../controller.js';
import type {Action} from '../keys/binding.js';
import {imageKinds, type InterfaceState} from '../state/interface-state.js';
import {predictedRun} from '../state/selectors.js';
import {predictedHeads, shownImages} from '../state/shown-images.js';
import type {Snapshot} from '../state/snapshot.js';

type Shown = InterfaceState['predictions'];

function show(controller: TuiController, change: (shown: Shown) => Partial<Shown>): void {
  controller.change(state => ({
    ...state,
    predictions: {...state.predictions, ...change(state.predictions)},
  }));
}

/** Shows the predictions of the next head; before the first head and after the last, of all heads. */
function turnHead(controller: TuiController, by: 1 | -1): void {
  const heads = [undefined, ...predictedHeads(controller.snapshot.get())];
  show(controller, ({head}) => {
    const next = (Math.max(0, heads.indexOf(head)) + by + heads.length) % heads.length;
    return {head: heads[next], index: 0};
  });
}

function runsWithPredictions({runs}: Snapshot): Snapshot['runs'] {
  return runs.filter(({status}) => hasResult(status));
}

function turnRun(controller: TuiController, by: 1 | -1): void {
  const snapshot = controller.snapshot.get();
  const runs = runsWithPredictions(snapshot);
  const current = runs.findIndex(record => record === predictedRun(snapshot));
  const next = runs[(current + by + runs.length) % runs.length];
  if (next === undefined) return;
  show(controller, ({head}) => ({
    run: next.folder.id,
    head: head !== undefined && next.state.heads.includes(head) ? head : undefined,
    index: 0,
  }));
}

function cannotTurnRun(snapshot: Snapshot): string | undefined {
  return runsWithPredictions(snapshot).length < 2 ? 'No other run has predictions.' : undefined;
}

export const predictionActions = {
  kind: {
    act: controller =>
      show(controller, ({kind}) => ({
        kind: imageKinds[(imageKinds.indexOf(kind) + 1) % imageKinds.length] ?? 'mistakes',
        index: 0,
      })),
  },
  nextHead: {act: controller => turnHead(controller, 1)},
  previousHead: {act: controller => turnHead(controller, -1)},
  nextRun: {act: controller => turnRun(controller, 1), cannot: cannotTurnRun},
  previousRun: {act: controller => turnRun(controller, -1), cannot: cannotTurnRun},
  enlarge: {
    act: controller => show(controller, ({isLarge}) => ({isLarge: !isLarge})),
    cannot: snapshot => (shownImages(snapshot).length === 0 ? 'There is no image.' : undefined),
  },
} as const satisfies Readonly<Record<string, Action>>;
