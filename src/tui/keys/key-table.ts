import {activeItem} from '../../runs/queue/queue-state.js';
import {experimentActions} from '../actions/experiments.js';
import {liveActions} from '../actions/live.js';
import {navigation} from '../actions/navigation.js';
import {otherActions} from '../actions/other.js';
import {runActions} from '../actions/runs.js';
import type {Screen} from '../state/interface-state.js';
import type {Binding} from './binding.js';
import {commonKeys} from './common-keys.js';

/**
 * The one table of keys: it dispatches them, draws the footer and the help, and `docs/keys.md` is
 * written from it. What only one screen does comes first, so that the footer shows it first.
 */
export const keyTable: readonly Binding[] = [
  {
    action: experimentActions.run,
    isDeliberate: true,
    keys: ['enter', 'r'],
    screens: ['experiments'],
    label: 'run',
    help: 'Run the marked experiments (or this one) one after another. They join the queue if a run is in progress.',
  },
  {
    action: experimentActions.mark,
    keys: ['space'],
    screens: ['experiments', 'runs'],
    label: 'mark',
    help: 'Mark or unmark this row.',
  },
  {
    action: experimentActions.edit,
    isDeliberate: true,
    keys: ['e'],
    screens: ['experiments'],
    label: 'edit',
    help: 'Edit the file in $EDITOR; the program validates it afterwards.',
  },
  {
    action: experimentActions.moreEpochs,
    keys: ['+', '='],
    screens: ['experiments'],
    label: 'epochs',
    help: 'Train one more epoch in the next run; the file does not change.',
  },
  {
    action: experimentActions.fewerEpochs,
    keys: ['-'],
    screens: ['experiments'],
    help: 'Train one epoch less in the next run.',
  },
  {
    action: liveActions.stop,
    isDeliberate: true,
    keys: ['x'],
    screens: ['live'],
    label: 'stop',
    help: 'Stop the running and queued runs; they can be resumed. Asks for confirmation.',
  },
  {
    action: liveActions.pause,
    isDeliberate: true,
    keys: ['p'],
    screens: ['live'],
    label: ({queue}) => (activeItem(queue)?.run.status === 'paused' ? 'resume' : 'pause'),
    help: 'Pause training after the current batch, or continue.',
  },
  {
    action: liveActions.skip,
    isDeliberate: true,
    keys: ['n'],
    screens: ['live'],
    label: 'next',
    help: 'Stop this run with a checkpoint and start the next one. Asks for confirmation.',
  },
  {
    action: liveActions.curves,
    keys: ['y'],
    screens: ['live', 'run'],
    label: 'curves',
    help: 'Switch between accuracy, loss and all heads in one chart.',
  },
  {
    action: liveActions.nextHeads,
    keys: ['right', ']'],
    screens: ['live'],
    help: 'Show the next heads.',
  },
  {
    action: liveActions.previousHeads,
    keys: ['left', '['],
    screens: ['live'],
    help: 'Show the previous heads.',
  },
  {
    action: liveActions.moveEarlier,
    isDeliberate: true,
    keys: ['K', 'shift-up'],
    screens: ['live'],
    label: 'earlier',
    help: 'Move the queued run under the cursor up.',
  },
  {
    action: liveActions.moveLater,
    isDeliberate: true,
    keys: ['J', 'shift-down'],
    screens: ['live'],
    help: 'Move the queued run under the cursor down.',
  },
  {
    action: liveActions.remove,
    isDeliberate: true,
    keys: ['d', 'delete'],
    screens: ['live'],
    label: 'remove',
    help: 'Remove the queued run under the cursor from the queue.',
  },
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
    help: 'Sort by the next column.',
  },
  {action: runActions.reverse, keys: ['S'], screens: ['runs'], help: 'Reverse the sort order.'},
  {
    action: runActions.resume,
    isDeliberate: true,
    keys: ['R'],
    screens: ['runs', 'run'],
    label: 'resume',
    help: 'Resume the marked runs (or this one) from the last checkpoint. Attaches if still training.',
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
    action: runActions.dismiss,
    isDeliberate: true,
    keys: ['D'],
    screens: ['experiments', 'runs'],
    help: 'Dismiss the reminder about interrupted runs. R still resumes a run.',
  },
  {
    action: runActions.compare,
    keys: ['c'],
    screens: ['runs', 'live'],
    label: 'compare',
    help: 'Compare the marked runs, or the runs that started together with this one.',
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
    label: 'next',
    help: 'Go to the next page of the run.',
  },
  {
    action: navigation.previousPane,
    keys: ['shift-tab', 'left', 'h'],
    screens: ['run'],
    help: 'Go to the previous page of the run.',
  },
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
