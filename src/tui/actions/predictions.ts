import {hasResult} from '../../runs/status.js';
import type {TuiController} from '../controller.js';
import {bindingsWith} from '../keys/binding.js';
import {move, withPredictions} from './navigation.js';
import {imageKinds, type ImageKind, type InterfaceState} from '../state/interface-state.js';
import {turned} from '../state/lists.js';
import {predictedRun} from '../state/selectors.js';
import {shownImages} from '../state/shown-images.js';
import type {Snapshot} from '../state/snapshot.js';

type Shown = InterfaceState['predictions'];

/** Shows other predictions, from the first image on. */
function show(controller: TuiController, change: (shown: Shown) => Partial<Shown>): void {
  controller.change(state => withPredictions(state, change(state.predictions)));
}

/** The kinds of images there are: only heads of two classes have positives and negatives. */
function kindsOf({predictions, state}: Snapshot): readonly ImageKind[] {
  const {head} = state.predictions;
  const heads =
    predictions.images[0]?.heads.filter(each => each.head === (head ?? each.head)) ?? [];
  const areOfClasses = heads.length > 0 && heads.every(({classes}) => classes !== undefined);
  return areOfClasses ? ['mistakes', 'all'] : imageKinds;
}

/** Shows the predictions of the next head; before the first head and after the last, of all heads. */
function turnHead(controller: TuiController, by: 1 | -1): void {
  const heads = predictedRun(controller.snapshot.get())?.state.heads ?? [];
  show(controller, ({head}) => ({head: turned([undefined, ...heads], head, by)}));
}

function runsWithPredictions({runs}: Snapshot): Snapshot['runs'] {
  return runs.filter(({status}) => hasResult(status));
}

function turnRun(controller: TuiController, by: 1 | -1): void {
  const snapshot = controller.snapshot.get();
  const next = turned(runsWithPredictions(snapshot), predictedRun(snapshot), by);
  if (next === undefined) return;
  show(controller, ({head}) => ({
    run: next.folder.id,
    head: head !== undefined && next.state.heads.includes(head) ? head : undefined,
  }));
}

function cannotTurnRun(snapshot: Snapshot): string | undefined {
  return runsWithPredictions(snapshot).length < 2 ? 'No other run has predictions.' : undefined;
}

/** What keys do on the predictions. */
export const predictionKeys = bindingsWith({screens: ['predictions']}, [
  {
    keys: ['enter'],
    label: ({state: {predictions}}) => (predictions.isLarge ? 'smaller' : 'large'),
    help: 'Show the image under the cursor large, with all its heads. Esc goes back.',
    act: controller =>
      controller.change(({predictions}) => ({
        predictions: {...predictions, isLarge: !predictions.isLarge},
      })),
    cannot: snapshot => (shownImages(snapshot).length === 0 ? 'There is no image.' : undefined),
  },
  {
    keys: ['m'],
    label: snapshot => turned(kindsOf(snapshot), snapshot.state.predictions.kind),
    help: 'Switch between mistakes, false positives, false negatives and all images.',
    act: (controller, snapshot) =>
      show(controller, ({kind}) => ({kind: turned(kindsOf(snapshot), kind)})),
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
]);
