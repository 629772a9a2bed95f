import type {TuiController} from '../controller.js';
import type {Prompt} from '../state/interface-state.js';
import {fieldOf} from '../state/text-field.js';

/** Opens a line to type into. @param text What stands in it already. */
export function openPrompt(controller: TuiController, kind: Prompt['kind'], text = ''): void {
  controller.change(state => ({...state, prompt: {kind, ...fieldOf(text), cursor: 0}}));
}
