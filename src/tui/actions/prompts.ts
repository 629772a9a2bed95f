import type {TuiController} from '../controller.js';
import type {Prompt} from '../state/interface-state.js';
import {fieldOf} from '../state/text-field.js';

/** Opens a line to type into, or puts another text into it. @param text What stands in it already. */
export function openPrompt(controller: TuiController, kind: Prompt['kind'], text = ''): void {
  controller.change(state => ({...state, prompt: {kind, ...fieldOf(text), cursor: 0}}));
}

export function closePrompt(controller: TuiController): void {
  controller.change(state => ({...state, prompt: undefined}));
}

/** Shows in the prompt why the line is not accepted. */
export function refusePrompt(controller: TuiController, problem: string): void {
  controller.change(state => ({...state, prompt: state.prompt && {...state.prompt, problem}}));
}
