/** A text that is being typed. */
export type TextField = {
  readonly text: string;
  /** Characters before the caret. */
  readonly caret: number;
};

/** Longer than any name, and than most paths. */
const MAX_CHARACTERS = 1000;

/** A field with its caret at the end of a text. */
export function fieldOf(text: string): TextField {
  return {text, caret: [...text].length};
}

/** Puts text in at the caret. */
export function inserted({text, caret}: TextField, piece: string): TextField {
  const characters = [...text];
  const added = [...piece].slice(0, MAX_CHARACTERS - characters.length);
  characters.splice(caret, 0, ...added);
  return {text: characters.join(''), caret: caret + added.length};
}

/**
 * Text that was pasted, as one line: line ends and tabs separate words, and no name contains other
 * control characters.
 */
export function pastedLine(text: string): string {
  return (
    text
      .replaceAll(/[\r\n\t]+/g, ' ')
      // eslint-disable-next-line no-control-regex -- control characters are what this looks for
      .replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '')
      .trim()
  );
}

/** The field after a key, as in a shell; undefined for a key that edits nothing. */
export function edited(field: TextField, key: string): TextField | undefined {
  const {text, caret} = field;
  const end = [...text].length;
  switch (key) {
    case 'left':
      return {text, caret: Math.max(0, caret - 1)};
    case 'right':
      return {text, caret: Math.min(end, caret + 1)};
    case 'home':
    case 'ctrl-a':
      return {text, caret: 0};
    case 'end':
    case 'ctrl-e':
      return {text, caret: end};
    case 'backspace':
      return without(field, Math.max(0, caret - 1), caret);
    case 'delete':
      return without(field, caret, caret + 1);
    case 'ctrl-u':
      return without(field, 0, caret);
    case 'ctrl-w':
      return without(field, startOfWord(field), caret);
    case 'space':
      return inserted(field, ' ');
    default:
      return [...key].length === 1 ? inserted(field, key) : undefined;
  }
}

function without({text}: TextField, from: number, to: number): TextField {
  const characters = [...text];
  characters.splice(from, to - from);
  return {text: characters.join(''), caret: from};
}

/** Where the word before the caret starts; a folder of a path is a word, too. */
function startOfWord({text, caret}: TextField): number {
  const before = [...text].slice(0, caret).join('');
  return [...before.replace(/[^\s/]*[\s/]*$/, '')].length;
}
