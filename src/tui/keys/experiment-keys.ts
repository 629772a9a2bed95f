import {experimentActions} from '../actions/experiments.js';
import type {Binding} from './binding.js';

/** What keys do on the list of experiments. */
export const experimentKeys: readonly Binding[] = [
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
    action: experimentActions.set,
    keys: ['s'],
    screens: ['experiments'],
    label: 'set',
    help: 'Set any key for the next start: seed, repeat, epochs, ... The file does not change.',
  },
  {
    action: experimentActions.moreEpochs,
    keys: ['+', '='],
    screens: ['experiments'],
    help: 'Train one more epoch in the next run; the file does not change.',
  },
  {
    action: experimentActions.fewerEpochs,
    keys: ['-'],
    screens: ['experiments'],
    help: 'Train one epoch less in the next run.',
  },
];
