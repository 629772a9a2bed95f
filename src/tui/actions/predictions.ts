import {hasResult} from '../../runs/status.js';
import type {TuiController} from '../controller.js';
import {bindingsOn} from '../keys/binding.js';
import {move} from './navigation.js';
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

/** What keys do on the predictions. */
export const predictionKeys = bindingsOn(
  ['predictions'],
  [
    {
      keys: ['enter'],
      label: ({state: {predictions}}) => (predictions.isLarge ? 'smaller' : 'large'),
      help: 'Show the image under the cursor large, with all its heads. Esc goes back.',
      act: controller => show(controller, ({isLarge}) => ({isLarge: !isLarge})),
      cannot: snapshot => (shownImages(snapshot).length === 0 ? 'There is no image.' : undefined),
    },
    {
      keys: ['m'],
      label: ({state: {predictions}}) =>
        imageKinds[(imageKinds.indexOf(predictions.kind) + 1) % imageKinds.length] ?? '',
      help: 'Switch between mistakes, false positives, false negatives and all images.',
      act: controller =>
        show(controller, ({kind}) => ({
          kind: imageKinds[(imageKinds.indexOf(kind) + 1) % imageKinds.length] ?? 'mistakes',
          index: 0,
        })),
    },
    {
      keys: [']'],
      label: 'head',
      help: 'Show the predictions of the next head, or of all heads.',
      act: controller => turnHead(controller, 1),
    },
    {
      keys: ['['],
      help: 'Show the predictions of the previous head, or of all heads.',
      act: controller => turnHead(controller, -1),
    },
    {
      keys: ['r'],
      label: 'run',
      help: 'Show the predictions of the next run in the list of runs.',
      act: controller => turnRun(controller, 1),
      cannot: cannotTurnRun,
    },
    {
      keys: ['R'],
      help: 'Show the predictions of the previous run.',
      act: controller => turnRun(controller, -1),
      cannot: cannotTurnRun,
    },
    {
      keys: ['right', 'l', 'down', 'j'],
      label: 'next',
      help: 'Show the next image.',
      act: controller => move(controller, 1),
    },
    {
      keys: ['left', 'h', 'up', 'k'],
      help: 'Show the previous image.',
      act: controller => move(controller, -1),
    },
  ],
);
