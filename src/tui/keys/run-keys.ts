import {navigation} from '../actions/navigation.js';
import {isOneInterrupted, runActions} from '../actions/runs.js';
import type {Binding} from './binding.js';

/** What keys do on the list of runs, and on one run. */
export const runKeys: readonly Binding[] = [
  {
    action: runActions.open,
    keys: ['enter'],
    screens: ['runs'],
    label: 'open',
    help: 'Open the run: curves, metrics of each head, summary, definition, predictions, files, log.',
  },
  {
    action: runActions.sort,
    keys: ['s'],
    screens: ['runs'],
    label: 'sort',
    help: 'Choose what to sort by; the same once more reverses the order.',
  },
  {action: runActions.reverse, keys: ['S'], screens: ['runs'], help: 'Reverse the sort order.'},
  {
    action: runActions.compare,
    keys: ['c'],
    screens: ['runs', 'live'],
    label: 'compare',
    help: 'Compare the marked runs, or the runs that started together with this one.',
  },
  {
    action: runActions.resume,
    isDeliberate: true,
    keys: ['R'],
    screens: ['runs', 'run'],
    label: 'resume',
    isLikely: isOneInterrupted,
    help: 'Resume the marked runs (or this one) from the last checkpoint. Attaches if still training.',
  },
  {
    action: runActions.resumeQueue,
    isDeliberate: true,
    keys: ['Q'],
    screens: ['experiments', 'live', 'runs'],
    help: 'Resume the latest interrupted queue: its interrupted runs, then its queued ones.',
  },
  {
    action: runActions.delete,
    isDeliberate: true,
    keys: ['d', 'delete'],
    screens: ['runs'],
    label: 'delete',
    help: 'Move the marked runs (or this one) to the trash. Asks for confirmation.',
  },
  {
    action: runActions.takeBack,
    isDeliberate: true,
    keys: ['u'],
    screens: ['runs'],
    help: 'Restore the runs that you deleted last.',
  },
  {
    action: runActions.tags,
    keys: ['t'],
    screens: ['runs'],
    label: 'tags',
    help: 'Edit the tags of the marked runs (or this one); the filter tag:NAME finds them.',
  },
  {
    action: runActions.note,
    keys: ['N'],
    screens: ['runs'],
    help: 'Write a note on the run under the cursor.',
  },
  {
    action: runActions.pin,
    isDeliberate: true,
    keys: ['P'],
    screens: ['runs'],
    help: 'Pin the marked runs (or this one) above all others, or unpin them.',
  },
  {
    action: runActions.write,
    isDeliberate: true,
    keys: ['w'],
    screens: ['runs'],
    label: 'write',
    help: 'Write the comparison of the marked runs (or the report of this one) as HTML, Markdown, CSV and JSON.',
  },
  {
    action: runActions.predictions,
    keys: ['v'],
    screens: ['runs', 'run'],
    label: 'images',
    help: 'Show the predictions of the run with their images.',
  },
  {
    action: navigation.nextPane,
    keys: ['tab', 'right', 'l'],
    screens: ['run'],
    label: 'next page',
    isLikely: () => true,
    help: 'Go to the next page of the run.',
  },
  {
    action: navigation.previousPane,
    keys: ['shift-tab', 'left', 'h'],
    screens: ['run'],
    help: 'Go to the previous page of the run.',
  },
];
