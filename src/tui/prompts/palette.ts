import fuzzysort from 'fuzzysort';
import {actOn, type Binding} from '../keys/binding.js';
import {bindingsOf} from '../keys/key-table.js';
import {keyLabel} from '../keys/key-names.js';
import type {Snapshot} from '../state/snapshot.js';
import {cellColumns, closePrompt, type Choice, type PromptKind} from './prompt-kind.js';

/** All that the screen's keys do, found by its words. */
export const palette: PromptKind = {
  title: 'Commands',
  columns: cellColumns(['Keys'], ['What they do', 20]),
  choices: snapshot =>
    matching(bindingsOf(snapshot.state.screen), snapshot).map(binding => choice(binding, snapshot)),
  empty: 'No command has these letters.',
  keys: {enter: 'run'},
};

/**
 * The commands with words that begin with the typed ones: first those that begin with the whole text,
 * then those that contain it. Letters between others count only where there are none. All while
 * nothing is typed.
 */
function matching(bindings: readonly Binding[], snapshot: Snapshot): readonly Binding[] {
  const offered = bindings.filter(({keys}) => !keys.includes('ctrl-p'));
  const text = snapshot.state.prompt?.text.trim().toLowerCase() ?? '';
  const textsOf = ({label, help}: Binding): string[] => {
    const word = typeof label === 'function' ? label(snapshot) : label;
    return [word ?? '', help].map(content => content.toLowerCase());
  };
  const rank = (binding: Binding): number =>
    Math.min(
      ...textsOf(binding).map(content =>
        content.startsWith(text) ? 0 : content.includes(text) ? 1 : 2,
      ),
    );
  const byWords = offered.filter(binding => {
    const words = textsOf(binding)
      .join(' ')
      .split(/[^\p{L}\p{N}]+/u);
    return text.split(/\s+/).every(typed => words.some(word => word.startsWith(typed)));
  });
  if (byWords.length > 0) return byWords.sort((a, b) => rank(a) - rank(b));
  const options = {key: ({help}: Binding) => help, limit: 0, threshold: 0.2};
  return fuzzysort.go(text, offered, options).map(({obj}) => obj);
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
      // Ctrl-C quits whatever comes with it; found by its words, it is a command like q.
      const isQuit = keys.includes('ctrl-c');
      actOn(controller, isQuit ? {...binding, isDeliberate: true} : binding, 'enter', isAlone);
    },
  };
}
