import {liveActions} from '../actions/live.js';
import {otherActions} from '../actions/other.js';
import type {Binding} from './binding.js';

/** What keys do on the comparison. */
export const comparisonKeys: readonly Binding[] = [
  {
    action: otherActions.allColumns,
    keys: ['a'],
    screens: ['compare'],
    label: 'all columns',
    help: 'Show or hide the columns in which all runs are equal.',
  },
  {
    action: otherActions.nextMetric,
    keys: ['m'],
    screens: ['compare'],
    label: 'metric',
    help: 'Compare by the next metric: accuracy, F1, ROC-AUC and others, the worst slice where the runs have slices, then means over heads, delta-m and mean rank.',
  },
  {
    action: otherActions.previousMetric,
    keys: ['M'],
    screens: ['compare'],
    help: 'Compare by the previous metric.',
  },
  {
    action: otherActions.slices,
    keys: ['s'],
    screens: ['compare'],
    label: ({state: {slices}}) => (slices ? 'runs' : 'slices'),
    help: 'Show the slices of a head (evaluation.slices), or the runs again.',
  },
  {
    action: liveActions.nextHeads,
    keys: [']'],
    screens: ['compare'],
    label: 'next head',
    help: 'Show the curves, or the slices, of the next head.',
  },
  {
    action: liveActions.previousHeads,
    keys: ['['],
    screens: ['compare'],
    help: 'Show the curves, or the slices, of the previous head.',
  },
  {
    action: otherActions.write,
    isDeliberate: true,
    keys: ['w'],
    screens: ['compare'],
    label: 'write',
    help: 'Write the comparison to files.',
  },
];
