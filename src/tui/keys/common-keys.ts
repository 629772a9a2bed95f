import {navigation} from '../actions/navigation.js';
import {quitActions} from '../actions/quit.js';
import {runActions} from '../actions/runs.js';
import type {Binding} from './binding.js';

/** What keys do everywhere, where no screen has another meaning for them. */
export const commonKeys: readonly Binding[] = [
  {action: navigation.openExperiments, keys: ['1'], help: 'Show the experiments.'},
  {action: navigation.openLive, keys: ['2'], help: 'Show the live run and the queue.'},
  {action: navigation.openRuns, keys: ['3'], help: 'Show all runs.'},
  {action: navigation.openCompare, keys: ['4'], help: 'Show the comparison.'},
  {action: navigation.openPredictions, keys: ['5'], help: 'Show the predictions.'},
  {action: navigation.openData, keys: ['6'], help: 'Show the data.'},
  {action: navigation.up, keys: ['up', 'k'], help: 'Move up.'},
  {action: navigation.down, keys: ['down', 'j'], help: 'Move down.'},
  {action: navigation.first, keys: ['g', 'home'], help: 'Go to the first row.'},
  {action: navigation.last, keys: ['G', 'end'], help: 'Go to the last row.'},
  {action: navigation.pageUp, keys: ['pageup', 'ctrl-b'], help: 'Move one page up.'},
  {action: navigation.pageDown, keys: ['pagedown', 'ctrl-f'], help: 'Move one page down.'},
  {
    action: navigation.nextColumns,
    keys: ['right', 'l'],
    screens: ['experiments', 'runs', 'compare'],
    help: 'Show the columns that did not fit.',
  },
  {
    action: navigation.previousColumns,
    keys: ['left', 'h'],
    screens: ['experiments', 'runs', 'compare'],
    help: 'Go back to the columns before.',
  },
  {
    action: navigation.nextPane,
    keys: ['tab'],
    screens: ['experiments', 'live', 'compare'],
    label: 'pane',
    help: 'Go to the next panel.',
  },
  {
    action: navigation.previousPane,
    keys: ['shift-tab'],
    screens: ['experiments', 'live', 'compare'],
    help: 'Go to the previous panel.',
  },
  {
    action: navigation.filter,
    keys: ['/'],
    screens: ['experiments', 'runs', 'live', 'run'],
    label: 'filter',
    help: 'Show only rows that contain these words. Enter keeps the filter; Esc clears it.',
  },
  {
    action: runActions.dismiss,
    isDeliberate: true,
    keys: ['D'],
    screens: ['experiments', 'runs'],
    help: 'Dismiss the reminder about interrupted runs. R still resumes a run.',
  },
  {
    action: navigation.back,
    keys: ['escape'],
    help: 'Go up: close a prompt, clear the filter, then the marks, or return to the list that opened this screen.',
  },
  {
    action: navigation.palette,
    keys: [':', 'ctrl-p'],
    label: 'commands',
    help: 'List all commands of this screen. Type to find one, Enter runs it.',
  },
  {action: navigation.help, keys: ['?'], label: 'help', help: 'Show all keys.'},
  {
    action: quitActions.quit,
    isDeliberate: true,
    keys: ['q'],
    label: 'quit',
    help: 'Quit. Asks whether to stop a run or leave it running.',
  },
  {
    action: quitActions.interrupt,
    keys: ['ctrl-c'],
    help: 'Quit like q. A second Ctrl-C quits at once and kills the trainer.',
  },
  {
    action: quitActions.suspend,
    isDeliberate: true,
    keys: ['ctrl-z'],
    help: 'Suspend the interface and return to the shell; fg restores it. Training continues meanwhile.',
  },
];
