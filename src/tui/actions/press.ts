import type {Interface} from '../interface.js';
import {bindingFor} from '../keys/key-table.js';
import {withList} from '../state/lists.js';
import {actions} from './actions.js';

/** Does what a key means now: it answers a question, types a filter, closes the help, or acts. */
export function press(to: Interface, key: string): void {
  const {state} = to;
  if (state.notice !== undefined) to.change(current => ({...current, notice: undefined}));
  if (state.question !== undefined) answer(to, key);
  else if (state.filtering) typeFilter(to, key);
  else if (state.help && ['escape', '?', 'q', 'enter'].includes(key)) {
    to.change(current => ({...current, help: false, scroll: 0}));
  } else act(to, key);
}

function act(to: Interface, key: string): void {
  const binding = bindingFor(key, to.state.screen);
  if (binding === undefined) return;
  const action = actions[binding.action];
  const reason = action.cannot?.(to.snapshot.get());
  if (reason === undefined) action.act(to);
  else to.notify(reason, 'warning');
}

/** Ctrl-C while a question is open is the second one: it forces. */
function answer(to: Interface, key: string): void {
  if (key === 'ctrl-c') {
    to.exit({how: 'kill'});
    return;
  }
  const choice = to.state.question?.choices.find(one => one.key === key);
  if (choice === undefined && key !== 'escape' && key !== 'q') return;
  to.change(state => ({...state, question: undefined}));
  choice?.act();
}

function typeFilter(to: Interface, key: string): void {
  const {screen} = to.state;
  const list = screen === 'runs' ? 'runs' : 'experiments';
  const {filter} = to.state.lists[list];
  const set = (text: string): void =>
    to.change(state => withList(state, list, own => ({...own, filter: text})));
  if (key === 'enter') to.change(state => ({...state, filtering: false}));
  else if (key === 'escape' || key === 'ctrl-c') {
    set('');
    to.change(state => ({...state, filtering: false}));
  } else if (key === 'backspace' || key === 'delete') set([...filter].slice(0, -1).join(''));
  else if (key === 'space') set(`${filter} `);
  else if (!key.startsWith('ctrl-') && !key.startsWith('shift-') && [...key].length === 1) {
    set(`${filter}${key}`);
  }
}
