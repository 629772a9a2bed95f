import type {Prompt} from '../state/interface-state.js';
import {copy} from './copy.js';
import {fetch} from './fetch.js';
import {folder} from './folder.js';
import {palette} from './palette.js';
import {notePrompt, tagsPrompt} from './notes.js';
import type {PromptKind} from './prompt-kind.js';
import {settings} from './settings.js';
import {sortPrompt} from './sort.js';

/** The prompts that take the place of the screen. A filter is typed below the list that it filters. */
export const promptKinds: Readonly<Record<Exclude<Prompt['kind'], 'filter'>, PromptKind>> = {
  palette,
  settings,
  copy,
  folder,
  fetch,
  sort: sortPrompt,
  tags: tagsPrompt,
  note: notePrompt,
};
