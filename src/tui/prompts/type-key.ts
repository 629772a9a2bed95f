import type {TuiController} from '../controller.js';
import {navigation} from '../actions/navigation.js';
import type {Prompt} from '../state/interface-state.js';
import {withList} from '../state/lists.js';
import {edited, type TextField} from '../state/text-field.js';
import {closePrompt} from './close-prompt.js';
import {promptKinds} from './prompt-kinds.js';

/** Types a key into a prompt: it edits the line, moves the cursor, enters a choice or closes it. */
export function typeKey(
  controller: TuiController,
  prompt: Prompt,
  key: string,
  isAlone: boolean,
): void {
  if (key === 'escape' || key === 'ctrl-c') {
    changeLine(controller, prompt, {text: '', caret: 0});
    closePrompt(controller);
    return;
  }
  if (prompt.kind === 'filter') typeFilter(controller, prompt, key);
  else typeInto(controller, {...prompt, kind: prompt.kind}, key, isAlone);
}

/** The cursor keys move on the list that is filtered. */
function typeFilter(controller: TuiController, prompt: Prompt, key: string): void {
  if (key === 'enter') closePrompt(controller);
  else if (key === 'up' || key === 'down') navigation[key].act(controller);
  else edit(controller, prompt, key);
}

type PromptWithChoices = Prompt & {readonly kind: keyof typeof promptKinds};

const PAGE = 10;
const steps: Readonly<Record<string, number>> = {up: -1, down: 1, pageup: -PAGE, pagedown: PAGE};

function typeInto(
  controller: TuiController,
  prompt: PromptWithChoices,
  key: string,
  isAlone: boolean,
): void {
  const choices = promptKinds[prompt.kind].choices(controller.snapshot.get());
  const step = steps[key];
  if (step !== undefined) {
    const cursor = Math.max(0, Math.min(choices.length - 1, prompt.cursor + step));
    controller.change(state => ({...state, prompt: {...prompt, cursor}}));
  } else if (key === 'enter') choices[prompt.cursor]?.enter(controller, isAlone);
  else edit(controller, prompt, key);
}

function edit(controller: TuiController, prompt: Prompt, key: string): void {
  const field = edited(prompt, key);
  if (field !== undefined) changeLine(controller, prompt, field);
}

/** Shows what was typed; a filter filters at once. */
export function changeLine(controller: TuiController, {kind}: Prompt, field: TextField): void {
  controller.change(state => {
    const typed = {...state, prompt: {kind, ...field, cursor: 0}};
    if (kind !== 'filter') return typed;
    const list = state.screen === 'runs' ? 'runs' : 'experiments';
    return withList(typed, list, entries => ({...entries, filter: field.text}));
  });
}
