import type {TuiController} from '../controller.js';

export function closePrompt(controller: TuiController): void {
  controller.change(state => ({...state, prompt: undefined}));
}
