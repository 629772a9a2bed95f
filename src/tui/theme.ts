import {createContext, useContext} from 'react';
import type {TextProps} from 'ink';
import {printable} from '../util/format.js';
import type {Role} from './text/line.js';

/** How roles look, and which characters may be drawn. */
type Theme = {
  readonly ascii: boolean;
  /** Nothing is drawn: a person listens to the text. */
  readonly screenReader: boolean;
  readonly style: (role: Role) => TextStyle;
  /** The text as it may be written: without control characters, in the terminal's characters. */
  readonly text: (text: string) => string;
};

type TextStyle = Pick<TextProps, 'color' | 'dimColor' | 'bold' | 'inverse'>;

/** What the terminal can draw. */
export type Look = {
  readonly color: boolean;
  readonly background: 'dark' | 'light';
  /** No box drawing, no Braille, no symbols beyond ASCII. */
  readonly ascii: boolean;
};

/*
 * Hues of Okabe and Ito, "Color Universal Design" (2008), which people with any colour vision can
 * tell apart; darker ones of the same hue where the background is light.
 */
const hues = {
  dark: {
    blue: '#56B4E9',
    orange: '#E69F00',
    green: '#00B98A',
    red: '#FF7F50',
    purple: '#CC79A7',
    yellow: '#F0E442',
  },
  light: {
    blue: '#0060A0',
    orange: '#A85C00',
    green: '#006E50',
    red: '#B03000',
    purple: '#8C3A6B',
    yellow: '#6E6400',
  },
} as const;

function styles(background: Look['background']): Readonly<Record<Role, TextStyle>> {
  const {blue, orange, green, red, purple, yellow} = hues[background];
  return {
    plain: {},
    faint: {dimColor: true},
    strong: {bold: true},
    accent: {color: blue},
    good: {color: green},
    warning: {color: orange},
    bad: {color: red, bold: true},
    selected: {inverse: true},
    train: {color: orange},
    validation: {color: blue},
    baseline: {dimColor: true},
    head0: {color: blue},
    head1: {color: orange},
    head2: {color: green},
    head3: {color: purple},
    head4: {color: yellow},
    head5: {color: red},
  };
}

/** Boxes, blocks, shapes and Braille: a screen reader would read them out one by one. */
const drawn = /[\u2500-\u25ff\u2800-\u28ff] ?/g;

export function makeTheme({
  color,
  background,
  ascii,
  screenReader,
}: Look & {readonly screenReader: boolean}): Theme {
  const table = styles(background);
  return {
    ascii,
    screenReader,
    style: role => (color ? table[role] : {}),
    text: text => {
      const safe = printable(text).replaceAll(/[\n\t]/g, ' ');
      if (screenReader) return safe.replaceAll(drawn, '');
      return ascii ? toAscii(safe) : safe;
    },
  };
}

export const ThemeContext = createContext<Theme>(
  makeTheme({color: false, background: 'dark', ascii: false, screenReader: false}),
);

export function useTheme(): Theme {
  return useContext(ThemeContext);
}

const asciiFor: Readonly<Record<string, string>> = {
  '…': '~',
  '─': '-',
  '━': '=',
  '│': '|',
  '┃': '|',
  '▸': '>',
  '●': '*',
  '○': 'o',
  '✓': '+',
  '✗': 'x',
  '▶': '>',
  '‖': '=',
  '█': '#',
  '░': '.',
  '·': '.',
  // One column, as what it stands for: lines are measured before.
  '±': '/',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '⏎': '<',
  '★': '*',
  '×': 'x',
  '■': '#',
  '□': '.',
  '≤': '<',
  '–': '-',
};

/** Letters and signs of other scripts stay: they come from names that the user chose. */
function toAscii(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e\p{L}\p{N}\p{M}]/gu, sign => {
    const corner = /[\u2500-\u257f]/.test(sign) ? '+' : '?';
    return asciiFor[sign] ?? corner;
  });
}
