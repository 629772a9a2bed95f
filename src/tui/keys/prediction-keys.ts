import {navigation} from '../actions/navigation.js';
import {predictionActions} from '../actions/predictions.js';
import {imageKinds} from '../state/interface-state.js';
import type {Binding} from './binding.js';

/** What keys do on the predictions. */
export const predictionKeys: readonly Binding[] = [
  {
    action: predictionActions.enlarge,
    keys: ['enter'],
    screens: ['predictions'],
    label: ({state: {predictions}}) => (predictions.isLarge ? 'smaller' : 'large'),
    help: 'Show the image under the cursor large, with all its heads. Esc goes back.',
  },
  {
    action: predictionActions.kind,
    keys: ['m'],
    screens: ['predictions'],
    label: ({state: {predictions}}) =>
      imageKinds[(imageKinds.indexOf(predictions.kind) + 1) % imageKinds.length] ?? '',
    help: 'Switch between mistakes, false positives, false negatives and all images.',
  },
  {
    action: predictionActions.nextHead,
    keys: [']'],
    screens: ['predictions'],
    label: 'head',
    help: 'Show the predictions of the next head, or of all heads.',
  },
  {
    action: predictionActions.previousHead,
    keys: ['['],
    screens: ['predictions'],
    help: 'Show the predictions of the previous head, or of all heads.',
  },
  {
    action: predictionActions.nextRun,
    keys: ['r'],
    screens: ['predictions'],
    label: 'run',
    help: 'Show the predictions of the next run in the list of runs.',
  },
  {
    action: predictionActions.previousRun,
    keys: ['R'],
    screens: ['predictions'],
    help: 'Show the predictions of the previous run.',
  },
  {
    action: navigation.down,
    keys: ['right', 'l', 'down', 'j'],
    screens: ['predictions'],
    label: 'next',
    help: 'Show the next image.',
  },
  {
    action: navigation.up,
    keys: ['left', 'h', 'up', 'k'],
    screens: ['predictions'],
    help: 'Show the previous image.',
  },
];
