import fuzzysort from 'fuzzysort';
import {actOn} from '../actions/act-on.js';
import type {Binding} from '../keys/binding.js';
import {bindingsOf} from '../keys/key-table.js';
import {keyLabel} from '../keys/key-names.js';
import type {Snapshot} from '../state/snapshot.js';
import {closePrompt} from '../actions/prompts.js';
import {cellColumn, type Choice, type PromptKind} from './prompt-kind.js';

/** All that the screen's keys do, found by its words. */
export const palette: PromptKind = {
  title: 'Commands',
  columns: [cellColumn(0, 'Keys'), cellColumn(1, 'What they do', {minWidth: 20})],
  choices: snapshot =>
    matching(bindingsOf(snapshot.state.screen), snapshot).map(binding => choice(binding, snapshot)),
  empty: 'No command has these letters.',
  keys: [
    ['enter', 'run'],
    ['escape', 'close'],
  ],
};

/** The best matches first; all in the order of the key table while nothing is typed. */
function matching(bindings: readonly Binding[], {state}: Snapshot): readonly Binding[] {
  const offered = bindings.filter(({keys}) => !keys.includes('ctrl-p'));
  const text = state.prompt?.text.trim() ?? '';
  if (text === '') return offered;
  const options = {keys: [wordOf, ({help}: Binding) => help], limit: 0, threshold: 0.2};
  return fuzzysort.go(text, offered, options).map(({obj}) => obj);
}

function wordOf({label}: Binding): string {
  return typeof label === 'string' ? label : '';
}

function choice(binding: Binding, snapshot: Snapshot): Choice {
  const {keys, help, cannot} = binding;
  const reason = cannot?.(snapshot);
  return {
    key: help,
    cells: [
      {text: keys.map(key => keyLabel(key, false)).join(' '), role: 'strong'},
      reason === undefined ? {text: help} : {text: `${help} Not now: ${reason}`, role: 'faint'},
    ],
    enter: (controller, isAlone) => {
      closePrompt(controller);
      actOn(controller, binding, 'enter', isAlone);
    },
  };
}
