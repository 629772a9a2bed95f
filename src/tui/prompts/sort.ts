import {runFacts} from '../../runs/run-facts.js';
import type {TuiController} from '../controller.js';
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
        const order = key === column ? (descending ? '↓ highest first' : '↑ lowest first') : '';
        return {
          key,
          cells: [{text: key, role: 'strong'}, {text: order}],
          enter: controller => sortBy(controller, key),
        };
      });
  },
  empty: 'Runs have nothing with this name.',
  keys: [
    ['enter', 'sort'],
    ['escape', 'close'],
  ],
};

/** Sorts by a fact, the highest first; by the same again in the other order. */
function sortBy(controller: TuiController, key: string): void {
  closePrompt(controller);
  controller.change(state => {
    const {column, descending} = state.sort;
    return {...state, sort: {column: key, descending: column === key ? !descending : true}};
  });
}
