import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {edited, fieldOf, inserted, type TextField} from '../../src/tui/state/text-field.js';
import {fieldLine, lineWidth, plainText} from '../../src/tui/text/line.js';

/** The field after keys; `|` is the caret. */
function after(text: string, ...keys: readonly string[]): string {
  const field = keys.reduce<TextField>((now, key) => edited(now, key) ?? now, fieldOf(text));
  const characters = [...field.text];
  characters.splice(field.caret, 0, '|');
  return characters.join('');
}

describe('a line that is typed', () => {
  it.each([
    ['puts letters in at the caret', 'ac', ['left', 'b'], 'ab|c'],
    ['takes Space and other scripts', 'a', ['space', '미', '소'], 'a 미소|'],
    ['removes before the caret, and at it', 'abcd', ['left', 'left', 'backspace', 'delete'], 'a|d'],
    ['goes to its ends and no further', 'ab', ['home', 'left', 'x', 'end', 'right', 'y'], 'xaby|'],
    ['goes there with Ctrl-A and Ctrl-E, too', 'ab', ['ctrl-a', 'x', 'ctrl-e', 'y'], 'xaby|'],
    ['removes all before the caret', 'abc', ['left', 'ctrl-u'], '|c'],
    ['removes a word, or a folder of a path', '~/data/celeba', ['ctrl-w', 'ctrl-w'], '~/|'],
    ['ignores what edits nothing', 'ab', ['ctrl-x', 'shift-up', 'alt-a', 'f1'], 'ab|'],
    ['removes nothing from an empty line', '', ['backspace', 'delete', 'ctrl-w', 'ctrl-u'], '|'],
  ] as const)('%s', (_what, text, keys, expected) => {
    expect(after(text, ...keys)).toBe(expected);
  });

  it('is never longer than 1000 characters', () => {
    expect(inserted(fieldOf('x'.repeat(990)), 'y'.repeat(50)).text).toHaveLength(1000);
  });

  it('is drawn around its caret, in any width', () => {
    fc.assert(
      fc.property(
        fc.string({maxLength: 60, unit: 'grapheme'}),
        fc.nat(60),
        fc.integer({min: 3, max: 40}),
        (text, at, width) => {
          const caret = Math.min(at, [...text].length);
          expect(lineWidth(fieldLine({text, caret}, width))).toBeLessThanOrEqual(width);
        },
      ),
    );
    expect(plainText(fieldLine({text: 'abcdefghij', caret: 7}, 6))).toBe('…defgh');
  });
});
