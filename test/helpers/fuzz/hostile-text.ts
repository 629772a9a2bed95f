import fc from 'fast-check';

/** What a terminal may obey, or what makes text look like something else. */
export const hostileTexts: readonly string[] = [
  '\u001b[2J\u001b[H', // clears the screen
  '\u001b]0;title\u0007', // names the window
  '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\', // a link
  '\u001b]52;c;cm0gLXJmIH4=\u0007', // writes the clipboard
  '\u001bP+q544e\u001b\\', // asks the terminal to answer
  '\u001b[6n',
  '\u009b31m', // CSI as one character
  '\u009d0;title\u009c',
  '\u0090q\u009c',
  'good\rbad',
  'bad\b\b\bgood',
  '\u0007\u0000\u007f',
  'user\u202etxt.exe', // bidirectional override
  '\u2066\u2067\u2069\u200f\u200e\u061c',
  'two\nlines\tand\u000btabs\u000c',
  '\u2028\u2029\u0085',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE runs; --",
  '=cmd|calc!A1',
  '${HOME}$(id)`id`',
  '%s%n%d',
  '\ud800', // half a character
  '한글\u0301\u200d👩‍👩‍👧',
  '../../../../etc/passwd',
  '..\\..\\windows',
  '/etc/passwd',
  'CON',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'NaN',
  'x'.repeat(5000),
  '',
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {weight: 4, arbitrary: fc.constantFrom(...hostileTexts)},
  {weight: 1, arbitrary: fc.string({unit: 'binary', maxLength: 20})},
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...hostileTexts), fc.constantFrom(...hostileTexts))
      .map(parts => parts.join(' ')),
  },
);

/** Numbers that no sensible file holds. */
export const hostileNumbers: readonly number[] = [
  0,
  -0,
  -1,
  0.5,
  1e-9,
  1e9,
  1e12,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

/** Anything that JSON or YAML may hold where something else is expected. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(...hostileNumbers),
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], {a: {}}, 'Infinity'),
  fc.jsonValue({maxDepth: 2}),
);

/** Control characters but for tab and line end, and those that change the direction of text. */
const unsafe: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x08],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x61c, 0x61c],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
];
const unsafePattern = new RegExp(
  `[${unsafe.map(([first, last]) => `${codeUnit(first)}-${codeUnit(last)}`).join('')}]`,
  'g',
);

function codeUnit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * Characters in a text that may reach a terminal and must not. Written apart from the program's
 * own list.
 */
export function unsafeCharacters(text: string): string[] {
  return [...text.matchAll(unsafePattern)].map(
    ([character]) => `U+${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
