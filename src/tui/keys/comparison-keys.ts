import {navigation} from '../actions/navigation.js';
import {otherActions} from '../actions/other.js';
import type {Binding} from './binding.js';

/** What keys do on the comparison and the predictions. */
export const comparisonKeys: readonly Binding[] = [
  {
    action: otherActions.allColumns,
    keys: ['a'],
    screens: ['compare'],
    label: 'all columns',
    help: 'Show or hide the columns in which all runs are equal.',
  },
  {
    action: otherActions.nextColumns,
    keys: ['right', 'l'],
    screens: ['compare'],
    help: 'Scroll to the next columns.',
  },
  {
    action: otherActions.previousColumns,
    keys: ['left', 'h'],
    screens: ['compare'],
    help: 'Scroll to the previous columns.',
  },
  {
    action: otherActions.write,
    isDeliberate: true,
    keys: ['w'],
    screens: ['compare'],
    label: 'write',
    help: 'Write the comparison to files.',
  },
  {
    action: otherActions.mistakes,
    keys: ['m'],
    screens: ['predictions'],
    label: 'mistakes',
    help: 'Switch between mistakes and all images.',
  },
  {
    action: navigation.down,
    keys: ['right', 'down', 'j'],
    screens: ['predictions'],
    label: 'next',
    help: 'Show the next image.',
  },
  {
    action: navigation.up,
    keys: ['left', 'up', 'k'],
    screens: ['predictions'],
    help: 'Show the previous image.',
  },
  {
    action: navigation.down,
    keys: ['down', 'j'],
    screens: ['compare'],
    help: 'Show the curves of the next head.',
  },
  {
    action: navigation.up,
    keys: ['up', 'k'],
    screens: ['compare'],
    help: 'Show the curves of the previous head.',
  },
];
