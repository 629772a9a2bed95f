import {LICENCE} from '../../data/fetch/licence.js';
import {startTask} from '../loading/load-data.js';
import {closePrompt} from '../actions/prompts.js';
import {cellColumn, type PromptKind} from './prompt-kind.js';

/** Downloads CelebA for the experiment under the cursor, once its licence is accepted. */
export const fetch: PromptKind = {
  title: 'Folder for CelebA',
  text: LICENCE,
  columns: [cellColumn(0, 'Download CelebA from Hugging Face', {minWidth: 20})],
  choices: ({state}) => {
    const target = state.prompt?.text.trim() ?? '';
    if (target === '') return [];
    return [
      {
        key: 'no',
        cells: [{text: 'Do not download'}],
        enter: closePrompt,
      },
      {
        key: 'yes',
        cells: [{text: `Accept these terms and download into ${target}`}],
        enter: (controller, isAlone) => {
          if (!isAlone) return;
          closePrompt(controller);
          startTask(controller, 'fetch', target);
        },
      },
    ];
  },
  empty: 'Type the name of a folder to create.',
  keys: [
    ['enter', 'choose'],
    ['escape', 'close'],
  ],
};
