import type {TuiController} from '../controller.js';
import type {Burst} from '../keys/key-bursts.js';
import {bindingFor} from '../keys/key-table.js';
import {keyLabel} from '../keys/key-names.js';
import {withList} from '../state/lists.js';

const NO_ANSWER = 'Keys that arrive together, as pasted text does, do not answer a question.';
const NO_PASTE = 'Pasted text goes into a filter only: / opens one.';

/** Acts on keys and pasted text, in their order. */
export function receive(controller: TuiController, {inputs, id, isAlone}: Burst): void {
  controller.burst = id;
  if (controller.state.notice !== undefined)
    controller.change(state => ({...state, notice: undefined}));
  for (const input of inputs) {
    if ('paste' in input) paste(controller, input.paste);
    else press(controller, input.key, isAlone);
  }
}

/** Answers a question, types into a filter, closes the help, or acts. */
function press(controller: TuiController, key: string, isAlone: boolean): void {
  const {state} = controller;
  if (state.question !== undefined) answer(controller, key, isAlone);
  else if (state.filtering) typeFilter(controller, key);
  else if (state.help && ['escape', '?', 'q', 'enter'].includes(key)) {
    controller.change(current => ({...current, help: false, scroll: 0}));
  } else act(controller, key, isAlone);
}

function act(controller: TuiController, key: string, isAlone: boolean): void {
  const binding = bindingFor(key, controller.state.screen);
  if (binding === undefined) return;
  const {action} = binding;
  const snapshot = controller.snapshot.get();
  const reason =
    !isAlone && binding.isDeliberate === true
      ? `${keyLabel(key, true)} arrived together with other keys, as pasted text does: press it by itself.`
      : action.cannot?.(snapshot);
  if (reason === undefined) action.act(controller);
  else controller.notify(reason, 'warning');
}

/**
 * Any key that is not an answer cancels the question. So does an answer that arrives with other keys or
 * with the key that asked: nobody can have read the question yet.
 */
function answer(controller: TuiController, key: string, isAlone: boolean): void {
  const {question} = controller.state;
  controller.change(current => ({...current, question: undefined}));
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

function setFilter(controller: TuiController, change: (filter: string) => string): void {
  const list = controller.state.screen === 'runs' ? 'runs' : 'experiments';
  controller.change(current =>
    withList(current, list, listState => ({...listState, filter: change(listState.filter)})),
  );
}

function typeFilter(controller: TuiController, key: string): void {
  const close = (): void => controller.change(current => ({...current, filtering: false}));
  if (key === 'enter') close();
  else if (key === 'escape' || key === 'ctrl-c') {
    setFilter(controller, () => '');
    close();
  } else if (key === 'backspace' || key === 'delete') {
    setFilter(controller, filter => [...filter].slice(0, -1).join(''));
  } else if (key === 'space') setFilter(controller, filter => `${filter} `);
  else if (!key.startsWith('ctrl-') && !key.startsWith('shift-') && [...key].length === 1) {
    setFilter(controller, filter => `${filter}${key}`);
  }
}

/** Longer than any name. */
const MAX_FILTER = 200;

/** Puts text into an open filter; without one it does nothing. */
function paste(controller: TuiController, text: string): void {
  if (controller.state.question !== undefined || !controller.state.filtering) {
    if (controller.state.question === undefined) controller.notify(NO_PASTE, 'warning');
    return;
  }
  // Line ends and tabs separate words; names contain no other control characters.
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  const words = text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '');
  setFilter(controller, filter => [...`${filter}${words.trim()}`].slice(0, MAX_FILTER).join(''));
}
