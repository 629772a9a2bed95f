import type {Key} from 'ink';

const named = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[];

const shiftable = new Set(['up', 'down', 'tab']);

/** The names of what arrived at once: keys that were typed quickly come as one text. */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return [];
  const single = named.some(([flag]) => key[flag]) || key.ctrl || key.meta;
  return single ? [keyName(input, key)] : [...input].map(character => keyName(character, key));
}

/** The name of a key press as the key table has it: `a`, `A`, `enter`, `shift-tab`, `ctrl-c`, `alt-a`. */
function keyName(input: string, key: Key): string {
  const special = named.find(([flag]) => key[flag])?.[1];
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

const shown: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  space: 'Space',
  delete: 'Del',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  'shift-tab': 'Shift-Tab',
  'shift-up': 'Shift-↑',
  'shift-down': 'Shift-↓',
};

const words: Readonly<Record<string, string>> = {
  '↑': 'Up',
  '↓': 'Down',
  '←': 'Left',
  '→': 'Right',
};

/** How a key is written for people; in words where only ASCII can be shown. */
export function keyLabel(name: string, ascii: boolean): string {
  const [, letter] = /^ctrl-(\w)$/.exec(name) ?? [];
  const label = letter === undefined ? (shown[name] ?? name) : `Ctrl-${letter.toUpperCase()}`;
  return ascii ? label.replaceAll(/[↑↓←→]/g, arrow => words[arrow] ?? arrow) : label;
}
