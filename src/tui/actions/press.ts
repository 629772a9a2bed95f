import type {TuiController} from '../controller.js';
import type {Burst, Pointer} from '../keys/key-bursts.js';
import {actOn} from '../keys/binding.js';
import {bindingFor} from '../keys/key-table.js';
import {changeLine, typeKey} from '../prompts/type-key.js';
import {inserted, pastedLine} from '../state/text-field.js';

const NO_ANSWER = 'Keys that arrive together, as pasted text does, do not answer a question.';
const NO_PASTE = 'Pasted text goes into a line that you type, such as a filter: / opens one.';

/** Acts on keys, pasted text and the mouse, in their order. */
export function receive(controller: TuiController, {inputs, id, isAlone}: Burst): void {
  controller.burst = id;
  if (controller.state.notice !== undefined) controller.change({notice: undefined});
  for (const input of inputs) {
    if ('paste' in input) paste(controller, input.paste);
    else if ('pointer' in input) point(controller, input.pointer, isAlone);
    else press(controller, input.key, isAlone);
  }
}

/** Answers a question, types into a line, closes the help, or acts. */
export function press(controller: TuiController, key: string, isAlone: boolean): void {
  const {state} = controller;
  if (state.question !== undefined) answer(controller, key, isAlone);
  else if (state.prompt !== undefined) typeKey(controller, state.prompt, key, isAlone);
  else if (state.help && ['escape', '?', 'q', 'enter'].includes(key)) {
    controller.change({help: false, scroll: 0});
  } else {
    const binding = bindingFor(key, state.screen);
    if (binding !== undefined) actOn(controller, binding, key, isAlone);
  }
}

/** Rows that the cursor moves for each step of the wheel. */
const WHEEL_ROWS = 3;

/** The wheel does what the arrows do, but cancels no question. */
function point(controller: TuiController, {kind, ...cell}: Pointer, isAlone: boolean): void {
  if (kind === 'click') controller.clickAreas.click(cell, isAlone);
  else if (controller.state.question === undefined)
    for (let row = 0; row < WHEEL_ROWS; row++) press(controller, kind, isAlone);
}

/**
 * Any key that is not an answer cancels the question. So does an answer that arrives with other keys or
 * with the key that asked: nobody can have read the question yet.
 */
function answer(controller: TuiController, key: string, isAlone: boolean): void {
  const {question} = controller.state;
  controller.change({question: undefined});
  const isRead = isAlone && question?.askedIn !== controller.burst;
  if (key === 'ctrl-c' && question?.onInterrupt !== undefined) {
    if (isRead) question.onInterrupt();
    else controller.ask(question);
    return;
  }
  const choice = question?.choices.find(candidate => candidate.key === key);
  if (choice === undefined) return;
  if (isRead) choice.act();
  else controller.notify(NO_ANSWER, 'warning');
}

/** Puts text into the line that is being typed; without one it does nothing. */
function paste(controller: TuiController, text: string): void {
  const {question, prompt} = controller.state;
  if (question !== undefined) return;
  if (prompt === undefined) controller.notify(NO_PASTE, 'warning');
  else changeLine(controller, prompt, inserted(prompt, pastedLine(text)));
}
