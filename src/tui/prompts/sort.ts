import {runFacts} from '../../runs/run-facts.js';
import {sortBy} from '../actions/runs.js';
import {closePrompt} from './close-prompt.js';
import type {PromptKind} from './prompt-kind.js';

/** What runs can be sorted by: every fact that they have. */
export const sortPrompt: PromptKind = {
  title: 'Sort runs by',
  columns: [
    {title: 'Column', cell: ({cells}) => cells[0] ?? {text: ''}},
    {title: 'Order', cell: ({cells}) => cells[1] ?? {text: ''}},
  ],
  choices: ({runs, state}) => {
    const typed = state.prompt?.text.trim().toLowerCase() ?? '';
    return runFacts(runs)
      .filter(({key}) => key.toLowerCase().includes(typed))
      .map(({key}) => {
        const {column, descending} = state.sort;
        const order = key === column ? (descending ? '↓ descending' : '↑ ascending') : '';
        return {
          key,
          cells: [{text: key, role: 'strong'}, {text: order}],
          enter: controller => {
            closePrompt(controller);
            sortBy(controller, key);
          },
        };
      });
  },
  empty: 'Runs have nothing with this name.',
  keys: [
    ['enter', 'sort'],
    ['escape', 'close'],
  ],
};
