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
    help: 'Run the marked experiments (or this one) one after another. They join the queue if a run is in progress.',
  },
  {
    action: 'mark',
    keys: ['space'],
    screens: ['experiments', 'runs'],
    label: 'mark',
    help: 'Mark or unmark this row.',
  },
  {
    action: 'edit',
    keys: ['e'],
    screens: ['experiments'],
    label: 'edit',
    help: 'Edit the file in $EDITOR; the program validates it afterwards.',
  },
  {
    action: 'more-epochs',
    keys: ['+', '='],
    screens: ['experiments'],
    label: 'epochs',
    help: 'Train one more epoch in the next run; the file does not change.',
  },
  {
    action: 'fewer-epochs',
    keys: ['-'],
    screens: ['experiments'],
    help: 'Train one epoch less in the next run.',
  },
  {
    action: 'stop',
    keys: ['x'],
    screens: ['live'],
    label: 'stop',
    help: 'Stop the running and queued runs; they can be resumed. Asks for confirmation.',
  },
  {
    action: 'pause',
    keys: ['p'],
    screens: ['live'],
    label: 'pause',
    help: 'Pause training after the current batch, or continue.',
  },
  {
    action: 'skip',
    keys: ['n'],
    screens: ['live'],
    label: 'next',
    help: 'Stop this run with a checkpoint and start the next one. Asks for confirmation.',
  },
  {
    action: 'curves',
    keys: ['y'],
    screens: ['live', 'run'],
    label: 'curves',
    help: 'Switch between accuracy, loss and all heads in one chart.',
  },
  {
    action: 'next-heads',
    keys: ['right', ']'],
    screens: ['live'],
    help: 'Show the next heads.',
  },
  {
    action: 'previous-heads',
    keys: ['left', '['],
    screens: ['live'],
    help: 'Show the previous heads.',
  },
  {
    action: 'move-earlier',
    keys: ['K', 'shift-up'],
    screens: ['live'],
    label: 'earlier',
    help: 'Move the queued run under the cursor up.',
  },
  {
    action: 'move-later',
    keys: ['J', 'shift-down'],
    screens: ['live'],
    help: 'Move the queued run under the cursor down.',
  },
  {
    action: 'remove',
    keys: ['d', 'delete'],
    screens: ['live'],
    label: 'remove',
    help: 'Remove the queued run under the cursor from the queue.',
  },
  {
    action: 'open',
    keys: ['enter'],
    screens: ['runs'],
    label: 'open',
    help: 'Open the run: curves, metrics of each head, summary, definition, predictions, files, log.',
  },
  {
    action: 'sort',
    keys: ['s'],
    screens: ['runs'],
    label: 'sort',
    help: 'Sort by the next column.',
  },
  {action: 'reverse', keys: ['S'], screens: ['runs'], help: 'Reverse the sort order.'},
  {
    action: 'resume',
    keys: ['R'],
    screens: ['runs', 'run'],
    label: 'resume',
    help: 'Resume the marked runs (or this one) from the last checkpoint. Attaches if still training.',
  },
  {
    action: 'delete',
    keys: ['d', 'delete'],
    screens: ['runs'],
    label: 'delete',
    help: 'Move the marked runs (or this one) to the trash. Asks for confirmation.',
  },
  {
    action: 'take-back',
    keys: ['u'],
    screens: ['runs'],
    help: 'Restore the runs that you deleted last.',
  },
  {
    action: 'dismiss',
    keys: ['D'],
    screens: ['experiments', 'runs'],
    help: 'Dismiss the reminder about interrupted runs. R still resumes a run.',
  },
  {
    action: 'compare',
    keys: ['c'],
    screens: ['runs', 'live'],
    label: 'compare',
    help: 'Compare the marked runs, or the runs that started together with this one.',
  },
  {
    action: 'predictions',
    keys: ['v'],
    screens: ['runs', 'run'],
    label: 'images',
    help: 'Show the predictions of the run with their images.',
  },
  {
    action: 'next-pane',
    keys: ['tab', 'right', 'l'],
    screens: ['run'],
    label: 'next',
    help: 'Go to the next page of the run.',
  },
  {
    action: 'previous-pane',
    keys: ['shift-tab', 'left', 'h'],
    screens: ['run'],
    help: 'Go to the previous page of the run.',
  },
  {
    action: 'all-columns',
    keys: ['a'],
    screens: ['compare'],
    label: 'all columns',
    help: 'Show or hide the columns in which all runs are equal.',
  },
  {
    action: 'next-columns',
    keys: ['right', 'l'],
    screens: ['compare'],
    help: 'Scroll to the next columns.',
  },
  {
    action: 'previous-columns',
    keys: ['left', 'h'],
    screens: ['compare'],
    help: 'Scroll to the previous columns.',
  },
  {
    action: 'write',
    keys: ['w'],
    screens: ['compare'],
    label: 'write',
    help: 'Write the comparison to files.',
  },
  {
    action: 'mistakes',
    keys: ['m'],
    screens: ['predictions'],
    label: 'mistakes',
    help: 'Switch between mistakes and all images.',
  },
  {
    action: 'down',
    keys: ['right', 'down', 'j'],
    screens: ['predictions'],
    label: 'next',
    help: 'Show the next image.',
  },
  {
    action: 'up',
    keys: ['left', 'up', 'k'],
    screens: ['predictions'],
    help: 'Show the previous image.',
  },
  {
    action: 'down',
    keys: ['down', 'j'],
    screens: ['compare'],
    help: 'Show the curves of the next head.',
  },
  {
    action: 'up',
    keys: ['up', 'k'],
    screens: ['compare'],
    help: 'Show the curves of the previous head.',
  },
  {
    action: 'draw-sample',
    keys: ['s'],
    screens: ['data'],
    label: 'draw sample',
    help: 'Draw the sample faces, unless they exist already.',
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
    label: 'reload',
    help: 'Read the data set again.',
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
