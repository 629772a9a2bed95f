import type {InterfaceState, ListName, ListState, Screen} from './interface-state.js';

/** The number, at least `low` and at most `high`. */
export function clamped(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** What stands after a value, or before it; after the last one comes the first. */
export function turned<T>(all: readonly T[], value: T, by: 1 | -1 = 1): T {
  if (all.length === 0) return value;
  const at = all.indexOf(value);
  // A value that is not there any more stands before the first and after the last.
  const from = at === -1 && by === -1 ? 0 : at;
  return all[(from + by + all.length) % all.length] as T;
}

/** Index of the cursor in a list as it is now; 0 in an empty one. */
export function cursorIndex({cursor, index}: ListState, keys: readonly string[]): number {
  const position = cursor === undefined ? -1 : keys.indexOf(cursor);
  return position === -1 ? clamped(index, 0, keys.length - 1) : position;
}

/** The item under the cursor. */
export function underCursor<T>(
  list: ListState,
  items: readonly T[],
  keyOf: (item: T) => string,
): T | undefined {
  return items[cursorIndex(list, items.map(keyOf))];
}

/**
 * The marked items, in their order; without marks, the one under the cursor.
 *
 * @param visible Those that the filter lets through, among which the cursor is.
 */
export function chosenItems<T>(
  list: ListState,
  all: readonly T[],
  visible: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  const marked = all.filter(item => list.marked.has(keyOf(item)));
  const current = underCursor(list, visible, keyOf);
  return marked.length > 0 || current === undefined ? marked : [current];
}

/** The list with its cursor moved by some rows, at most to its ends. */
export function moved(list: ListState, keys: readonly string[], by: number): ListState {
  const index = clamped(cursorIndex(list, keys) + by, 0, keys.length - 1);
  return {...list, index, cursor: keys[index]};
}

/** The marks of a list with these keys marked; unmarked where all of them are. */
export function toggled({marked}: ListState, keys: readonly string[]): Pick<ListState, 'marked'> {
  const areMarked = keys.every(key => marked.has(key));
  const changed = new Set(keys);
  const rest = [...marked].filter(key => !changed.has(key));
  return {marked: new Set(areMarked ? rest : [...rest, ...keys])};
}

/** The state with parts of a list changed. */
export function withList(
  state: InterfaceState,
  name: ListName,
  change: Partial<ListState>,
): InterfaceState {
  return {...state, lists: {...state.lists, [name]: {...state.lists[name], ...change}}};
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
