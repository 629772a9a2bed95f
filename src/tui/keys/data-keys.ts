import {otherActions} from '../actions/other.js';
import type {Binding} from './binding.js';

/** What keys do on the data. */
export const dataKeys: readonly Binding[] = [
  {
    action: otherActions.drawSample,
    isDeliberate: true,
    keys: ['s'],
    screens: ['data'],
    label: 'draw sample',
    help: 'Draw the sample faces, unless they exist already.',
  },
  {
    action: otherActions.prepare,
    isDeliberate: true,
    keys: ['p'],
    screens: ['data'],
    label: 'prepare',
    help: 'Decode the images of the experiment under the cursor into the cache.',
  },
  {
    action: otherActions.lookAgain,
    keys: ['r'],
    screens: ['data'],
    label: 'reload',
    help: 'Read the data set again.',
  },
];
