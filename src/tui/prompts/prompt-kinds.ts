import {LICENCE} from '../../data/fetch/licence.js';
import {runFacts} from '../../runs/run-facts.js';
import {sortBy} from '../actions/runs.js';
import {startTask} from '../loading/load-data.js';
import type {Prompt} from '../state/interface-state.js';
import {copy} from './copy.js';
import {folder} from './folder.js';
import {notePrompt, tagsPrompt} from './notes.js';
import {palette} from './palette.js';
import {cellColumns, closePrompt, textChoice, type PromptKind} from './prompt-kind.js';
import {settings} from './settings.js';

/** Downloads CelebA for the experiment under the cursor, once its licence is accepted. */
const fetch: PromptKind = {
  title: 'Folder for CelebA',
  text: LICENCE,
  columns: cellColumns(['Download CelebA from Hugging Face', 20]),
  choices: ({state}) => {
    const target = state.prompt?.text.trim() ?? '';
    if (target === '') return [];
    return [
      textChoice('Do not download', closePrompt),
      textChoice(`Accept these terms and download into ${target}`, (controller, isAlone) => {
        if (!isAlone) return;
        closePrompt(controller);
        startTask(controller, 'fetch', target);
      }),
    ];
  },
  empty: 'Type the name of a folder to create.',
  keys: {enter: 'choose'},
};

/** What runs can be sorted by: every fact that they have. */
const sort: PromptKind = {
  title: 'Sort runs by',
  columns: cellColumns(['Column'], ['Order']),
  choices: ({runs, state}) => {
    const {column, descending} = state.sort;
    const typed = state.prompt?.text.trim().toLowerCase() ?? '';
    return runFacts(runs)
      .filter(({key}) => key.toLowerCase().includes(typed))
      .map(({key}) => {
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
  keys: {enter: 'sort'},
};

/** The prompts that take the place of the screen. A filter is typed below the list that it filters. */
export const promptKinds: Readonly<Record<Exclude<Prompt['kind'], 'filter'>, PromptKind>> = {
  palette,
  settings,
  copy,
  folder,
  fetch,
  sort,
  tags: tagsPrompt,
  note: notePrompt,
};
