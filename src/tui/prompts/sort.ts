import {runFacts} from '../../runs/run-facts.js';
import {sortBy} from '../actions/runs.js';
import {closePrompt} from '../actions/prompts.js';
import {cellColumn, type PromptKind} from './prompt-kind.js';

/** What runs can be sorted by: every fact that they have. */
export const sortPrompt: PromptKind = {
  title: 'Sort runs by',
  columns: [cellColumn(0, 'Column'), cellColumn(1, 'Order')],
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
