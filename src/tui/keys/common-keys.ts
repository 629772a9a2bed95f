import type {Binding} from './binding.js';

/** What keys do everywhere, where no screen has another meaning for them. */
export const commonKeys: readonly Binding[] = [
  {action: 'open-experiments', keys: ['1'], help: 'Show the experiments.'},
  {action: 'open-live', keys: ['2'], help: 'Show the live run and the queue.'},
  {action: 'open-runs', keys: ['3'], help: 'Show all runs.'},
  {action: 'open-compare', keys: ['4'], help: 'Show the comparison.'},
  {action: 'open-predictions', keys: ['5'], help: 'Show the predictions.'},
  {action: 'open-data', keys: ['6'], help: 'Show the data.'},
  {action: 'up', keys: ['up', 'k'], help: 'Move up.'},
  {action: 'down', keys: ['down', 'j'], help: 'Move down.'},
  {action: 'first', keys: ['g', 'home'], help: 'Go to the first row.'},
  {action: 'last', keys: ['G', 'end'], help: 'Go to the last row.'},
  {action: 'page-up', keys: ['pageup', 'ctrl-b'], help: 'Move one page up.'},
  {action: 'page-down', keys: ['pagedown', 'ctrl-f'], help: 'Move one page down.'},
  {
    action: 'next-pane',
    keys: ['tab'],
    screens: ['experiments', 'live'],
    label: 'pane',
    help: 'Go to the next panel.',
  },
  {
    action: 'previous-pane',
    keys: ['shift-tab'],
    screens: ['experiments', 'live'],
    help: 'Go to the previous panel.',
  },
  {
    action: 'filter',
    keys: ['/'],
    screens: ['experiments', 'runs'],
    label: 'filter',
    help: 'Show only rows that contain these words. Enter keeps the filter; Esc clears it.',
  },
  {
    action: 'back',
    keys: ['escape'],
    help: 'Go back. First closes a prompt, then clears the filter, then the marks.',
  },
  {action: 'help', keys: ['?'], label: 'help', help: 'Show all keys.'},
  {
    action: 'quit',
    keys: ['q'],
    label: 'quit',
    help: 'Quit. Asks whether to stop a run or leave it running.',
  },
  {
    action: 'interrupt',
    keys: ['ctrl-c'],
    help: 'Quit like q. A second Ctrl-C quits at once and kills the trainer.',
  },
  {
    action: 'suspend',
    keys: ['ctrl-z'],
    help: 'Suspend the interface and return to the shell; fg restores it. Training continues meanwhile.',
  },
];
