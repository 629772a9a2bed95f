import type {Key} from 'ink';
import {capitalized} from '../text/fit.js';

/** Keys that are no characters: Ink's flag, the name in the table of keys, and what people read. */
const specialKeys = [
  ['upArrow', 'up', '↑'],
  ['downArrow', 'down', '↓'],
  ['leftArrow', 'left', '←'],
  ['rightArrow', 'right', '→'],
  ['pageUp', 'pageup', 'PgUp'],
  ['pageDown', 'pagedown', 'PgDn'],
  ['home', 'home', 'Home'],
  ['end', 'end', 'End'],
  ['return', 'enter', 'Enter'],
  ['escape', 'escape', 'Esc'],
  ['tab', 'tab', 'Tab'],
  ['backspace', 'backspace', 'Backspace'],
  ['delete', 'delete', 'Del'],
] as const satisfies readonly (readonly [flag: keyof Key, name: string, label: string])[];

const shiftable = new Set(['up', 'down', 'tab']);

/** The names of what arrived at once: keys that were typed quickly come as one text. */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return [];
  const single = specialKeys.some(([flag]) => key[flag]) || key.ctrl || key.meta;
  return single ? [keyName(input, key)] : [...input].map(character => keyName(character, key));
}

/** The name of a key press as the key table has it: `a`, `A`, `enter`, `shift-tab`, `ctrl-c`, `alt-a`. */
function keyName(input: string, key: Key): string {
  const special = specialKeys.find(([flag]) => key[flag])?.[1];
  if (special !== undefined)
    return key.shift && shiftable.has(special) ? `shift-${special}` : special;
  if (key.ctrl) return `ctrl-${input}`;
  if (key.meta) return `alt-${input}`;
  return characters[input] ?? controlName(input);
}

/** Ctrl and a letter arrive as the 1st to the 26th character. */
function controlName(input: string): string {
  const code = input.charCodeAt(0);
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCharCode(code + 96)}` : input;
}

/** Keys that may come in the middle of a text that arrived at once. */
const characters: Readonly<Record<string, string>> = {
  ' ': 'space',
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007F': 'backspace',
  '\u0008': 'backspace',
  '\u001B': 'escape',
};

/** How a key is written for people; in words where only ASCII can be shown. */
export function keyLabel(name: string, ascii: boolean): string {
  const [, modifier, key = ''] = /^(ctrl|shift)-(.+)$/.exec(name) ?? [];
  if (modifier === 'ctrl') return `Ctrl-${key.toUpperCase()}`;
  if (modifier === 'shift') return `Shift-${keyLabel(key, ascii)}`;
  if (name === 'space') return 'Space';
  const label = specialKeys.find(([, special]) => special === name)?.[2] ?? name;
  return ascii && '↑↓←→'.includes(label) ? capitalized(name) : label;
}
