import type {Binding} from './binding.js';

/** What keys do everywhere, where no screen has another meaning for them. */
export const commonKeys: readonly Binding[] = [
  {action: 'open-experiments', keys: ['1'], help: 'The screen of the experiments.'},
  {action: 'open-live', keys: ['2'], help: 'The screen of what runs now.'},
  {action: 'open-runs', keys: ['3'], help: 'The screen of all runs.'},
  {action: 'open-compare', keys: ['4'], help: 'The screen of the comparison.'},
  {action: 'open-predictions', keys: ['5'], help: 'The screen of the predictions.'},
  {action: 'open-data', keys: ['6'], help: 'The screen of the data.'},
  {action: 'up', keys: ['up', 'k'], help: 'Up.'},
  {action: 'down', keys: ['down', 'j'], help: 'Down.'},
  {action: 'first', keys: ['g', 'home'], help: 'To the first.'},
  {action: 'last', keys: ['G', 'end'], help: 'To the last.'},
  {action: 'page-up', keys: ['pageup', 'ctrl-b'], help: 'A page up.'},
  {action: 'page-down', keys: ['pagedown', 'ctrl-f'], help: 'A page down.'},
  {
    action: 'next-pane',
    keys: ['tab'],
    screens: ['experiments', 'live'],
    label: 'pane',
    help: 'The next pane.',
  },
  {
    action: 'previous-pane',
    keys: ['shift-tab'],
    screens: ['experiments', 'live'],
    help: 'The pane before.',
  },
  {
    action: 'filter',
    keys: ['/'],
    screens: ['experiments', 'runs'],
    label: 'filter',
    help: 'Show only what has these words; Enter keeps the filter, Esc shows all again.',
  },
  {action: 'back', keys: ['escape'], help: 'Back, or away with filter, marks or question.'},
  {action: 'help', keys: ['?'], label: 'help', help: 'All keys.'},
  {
    action: 'quit',
    keys: ['q'],
    label: 'quit',
    help: 'Quit; while something runs it asks whether to stop it or to leave it running.',
  },
  {
    action: 'interrupt',
    keys: ['ctrl-c'],
    help: 'Quit like q; a second time at once, whatever runs.',
  },
  {
    action: 'suspend',
    keys: ['ctrl-z'],
    help: 'Suspend the interface and give the terminal to the shell; fg brings it back. What runs goes on meanwhile.',
  },
];
