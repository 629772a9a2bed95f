import type {Screen} from '../state/interface-state.js';
import type {Binding} from './binding.js';
import {commonKeys} from './common-keys.js';

/**
 * The one table of keys: it dispatches them, draws the footer and the help, and `docs/keys.md` is
 * written from it. What only one screen does comes first, so that the footer shows it first.
 */
export const keyTable: readonly Binding[] = [
  {
    action: 'run',
    keys: ['enter', 'r'],
    screens: ['experiments'],
    label: 'run',
    help: 'Run the marked experiments, or the one under the cursor, one after another; while something runs they join the queue.',
  },
  {
    action: 'mark',
    keys: ['space'],
    screens: ['experiments', 'runs'],
    label: 'mark',
    help: 'Mark or unmark.',
  },
  {
    action: 'edit',
    keys: ['e'],
    screens: ['experiments'],
    label: 'edit',
    help: 'Open the file in $EDITOR; it is checked again on return.',
  },
  {
    action: 'more-epochs',
    keys: ['+', '='],
    screens: ['experiments'],
    label: 'epochs',
    help: 'One epoch more for the next start; the file stays as it is.',
  },
  {
    action: 'fewer-epochs',
    keys: ['-'],
    screens: ['experiments'],
    help: 'One epoch fewer for the next start.',
  },
  {
    action: 'stop',
    keys: ['x'],
    screens: ['live'],
    label: 'stop',
    help: 'Stop what runs and what waits, with a checkpoint, or the shown run of another program; asks first.',
  },
  {
    action: 'pause',
    keys: ['p'],
    screens: ['live'],
    label: 'pause',
    help: 'Pause between two batches, or go on.',
  },
  {
    action: 'skip',
    keys: ['n'],
    screens: ['live'],
    label: 'next',
    help: 'Stop what runs, with a checkpoint, and go on with the next of the queue; asks first.',
  },
  {
    action: 'curves',
    keys: ['y'],
    screens: ['live', 'run'],
    label: 'curves',
    help: 'Accuracy, loss, or all heads in one chart.',
  },
  {
    action: 'next-heads',
    keys: ['right', ']'],
    screens: ['live'],
    help: 'The next heads, where not all have room.',
  },
  {
    action: 'previous-heads',
    keys: ['left', '['],
    screens: ['live'],
    help: 'The heads before.',
  },
  {
    action: 'move-earlier',
    keys: ['K', 'shift-up'],
    screens: ['live'],
    label: 'earlier',
    help: 'Run the waiting one under the cursor earlier.',
  },
  {
    action: 'move-later',
    keys: ['J', 'shift-down'],
    screens: ['live'],
    help: 'Run the waiting one under the cursor later.',
  },
  {
    action: 'remove',
    keys: ['d', 'delete'],
    screens: ['live'],
    label: 'remove',
    help: 'Take the waiting one under the cursor out of the queue.',
  },
  {
    action: 'open',
    keys: ['enter'],
    screens: ['runs'],
    label: 'open',
    help: 'Open the run: curves, numbers of each head, summary, definition, predictions, files, log.',
  },
  {
    action: 'sort',
    keys: ['s'],
    screens: ['runs'],
    label: 'sort',
    help: 'Sort by the next column.',
  },
  {action: 'reverse', keys: ['S'], screens: ['runs'], help: 'Sort the other way round.'},
  {
    action: 'go-on',
    keys: ['R'],
    screens: ['runs', 'run'],
    label: 'go on',
    help: 'Go on with the marked runs that did not come to their end, or this one, from their last checkpoints; one that was left running is followed.',
  },
  {
    action: 'delete',
    keys: ['d', 'delete'],
    screens: ['runs'],
    label: 'delete',
    help: 'Move the marked runs, or the one under the cursor, to the trash; asks first.',
  },
  {
    action: 'take-back',
    keys: ['u'],
    screens: ['runs'],
    help: 'Take the runs that were deleted last back from the trash.',
  },
  {
    action: 'dismiss',
    keys: ['D'],
    screens: ['experiments', 'runs'],
    help: 'Dismiss what was interrupted: later starts offer it no more. R still resumes a run.',
  },
  {
    action: 'compare',
    keys: ['c'],
    screens: ['runs', 'live'],
    label: 'compare',
    help: 'Compare the marked runs; without marks those that were started together.',
  },
  {
    action: 'predictions',
    keys: ['v'],
    screens: ['runs', 'run'],
    label: 'images',
    help: 'The predictions of the run, with the images.',
  },
  {
    action: 'next-pane',
    keys: ['tab', 'right', 'l'],
    screens: ['run'],
    label: 'next',
    help: 'The next page of the run.',
  },
  {
    action: 'previous-pane',
    keys: ['shift-tab', 'left', 'h'],
    screens: ['run'],
    help: 'The page of the run before.',
  },
  {
    action: 'all-columns',
    keys: ['a'],
    screens: ['compare'],
    label: 'all columns',
    help: 'Show also the columns in which all runs are the same, or hide them.',
  },
  {
    action: 'next-columns',
    keys: ['right', 'l'],
    screens: ['compare'],
    help: 'The next columns, where not all have room.',
  },
  {
    action: 'previous-columns',
    keys: ['left', 'h'],
    screens: ['compare'],
    help: 'The columns before.',
  },
  {
    action: 'write',
    keys: ['w'],
    screens: ['compare'],
    label: 'write',
    help: 'Write the comparison to a file.',
  },
  {
    action: 'mistakes',
    keys: ['m'],
    screens: ['predictions'],
    label: 'mistakes',
    help: 'Only mistakes, or all images.',
  },
  {
    action: 'down',
    keys: ['right', 'down', 'j'],
    screens: ['predictions'],
    label: 'next',
    help: 'The next image.',
  },
  {action: 'up', keys: ['left', 'up', 'k'], screens: ['predictions'], help: 'The image before.'},
  {action: 'down', keys: ['down', 'j'], screens: ['compare'], help: 'The curves of the next head.'},
  {action: 'up', keys: ['up', 'k'], screens: ['compare'], help: 'The curves of the head before.'},
  {
    action: 'draw-sample',
    keys: ['s'],
    screens: ['data'],
    label: 'draw sample',
    help: 'Draw the sample faces, where they are not there yet.',
  },
  {
    action: 'prepare',
    keys: ['p'],
    screens: ['data'],
    label: 'prepare',
    help: 'Decode the images of the experiment under the cursor into the cache.',
  },
  {
    action: 'look-again',
    keys: ['r'],
    screens: ['data'],
    label: 'look again',
    help: 'Read the data set once more.',
  },
  ...commonKeys,
];

/** The binding of a key on a screen: one of the screen's own, else one that acts everywhere. */
export function bindingFor(key: string, screen: Screen): Binding | undefined {
  const fitting = keyTable.filter(({keys}) => keys.includes(key));
  return (
    fitting.find(({screens}) => screens?.includes(screen) === true) ??
    fitting.find(({screens}) => screens === undefined)
  );
}

/** The bindings of a screen, its own first. */
export function bindingsOf(screen: Screen): readonly Binding[] {
  return [
    ...keyTable.filter(({screens}) => screens?.includes(screen) === true),
    ...keyTable.filter(({screens}) => screens === undefined),
  ];
}
