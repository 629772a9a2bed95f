import type {InterfaceState, ListName, ListState, Screen} from './interface-state.js';

/** Index of the cursor in a list as it is now; 0 in an empty one. */
export function cursorIndex({cursor, index}: ListState, keys: readonly string[]): number {
  const position = cursor === undefined ? -1 : keys.indexOf(cursor);
  return position === -1 ? Math.max(0, Math.min(index, keys.length - 1)) : position;
}

export function cursorKey(list: ListState, keys: readonly string[]): string | undefined {
  return keys[cursorIndex(list, keys)];
}

/** The list with its cursor moved by some rows, at most to its ends. */
export function moved(list: ListState, keys: readonly string[], by: number): ListState {
  const index = Math.max(0, Math.min(keys.length - 1, cursorIndex(list, keys) + by));
  return {...list, index, cursor: keys[index]};
}

/** The list with these keys marked; unmarked where all of them are. */
export function toggled(list: ListState, keys: readonly string[]): ListState {
  const marked = new Set(list.marked);
  const areMarked = keys.every(key => marked.has(key));
  for (const key of keys) {
    if (areMarked) marked.delete(key);
    else marked.add(key);
  }
  return {...list, marked};
}

export function withList(
  state: InterfaceState,
  name: ListName,
  change: (list: ListState) => ListState,
): InterfaceState {
  return {...state, lists: {...state.lists, [name]: change(state.lists[name])}};
}

/** The list of a screen that a filter acts on; undefined where there is none. */
export function filteredList(screen: Screen): ListName | undefined {
  if (screen === 'live' || screen === 'run') return 'heads';
  return screen === 'experiments' || screen === 'runs' ? screen : undefined;
}

/** Whether every word of the filter occurs in the texts; case does not matter. */
export function passes(filter: string, ...texts: readonly string[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(' ')
    .every(word => all.includes(word));
}
