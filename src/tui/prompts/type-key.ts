import type {TuiController} from '../controller.js';
import {move} from '../actions/navigation.js';
import type {Prompt} from '../state/interface-state.js';
import {clamped, filteredList, withList} from '../state/lists.js';
import {edited, fieldOf, type TextField} from '../state/text-field.js';
import {closePrompt, type Choice} from './prompt-kind.js';
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
  else if (key === 'up' || key === 'down') move(controller, key === 'up' ? -1 : 1);
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
    const cursor = clamped(prompt.cursor + step, 0, choices.length - 1);
    controller.change({prompt: {...prompt, cursor}});
    return;
  }
  const choice = choices[prompt.cursor];
  if (key === 'enter') choice?.enter(controller, isAlone);
  else if (key === 'delete' && prompt.text === '') choice?.remove?.(controller);
  else if (key === 'tab') complete(controller, prompt, choices);
  else edit(controller, prompt, key);
}

/** Tab: as much as all completions have in common, as in a shell. */
function complete(controller: TuiController, prompt: Prompt, choices: readonly Choice[]): void {
  const completions = choices.flatMap(({completion}) => completion ?? []);
  const [first] = completions;
  if (first === undefined) return;
  const common = completions.reduce((start, text) => {
    let length = 0;
    while (length < start.length && start[length] === text[length]) length++;
    return start.slice(0, length);
  }, first);
  if (common.length >= prompt.text.length) changeLine(controller, prompt, fieldOf(common));
}

function edit(controller: TuiController, prompt: Prompt, key: string): void {
  const field = edited(prompt, key);
  if (field !== undefined) changeLine(controller, prompt, field);
}

/** Shows what was typed; a filter filters at once. */
export function changeLine(controller: TuiController, {kind}: Prompt, field: TextField): void {
  controller.change(state => {
    const prompt = {kind, ...field, cursor: 0};
    if (kind !== 'filter') return {prompt};
    const list = filteredList(state.screen) ?? 'experiments';
    return {...withList(state, list, {filter: field.text}), prompt};
  });
}
