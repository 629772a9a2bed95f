import {Chalk, type ChalkInstance} from 'chalk';
import {printable} from '../util/format.js';
import type {Line, Role} from './text/line.js';

/** How roles look, and which characters may be drawn. */
export type Theme = {
  readonly ascii: boolean;
  readonly paint: (role: Role, text: string) => string;
};

export type ThemeOptions = {
  /** 0 no colours, 1 sixteen, 2 two hundred and fifty-six, 3 all: as chalk counts. */
  readonly colors: 0 | 1 | 2 | 3;
  readonly background: 'dark' | 'light';
  /** No box drawing, no Braille, no symbols beyond ASCII. */
  readonly ascii: boolean;
};

type Style = (chalk: ChalkInstance) => ChalkInstance;

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

function styles(background: ThemeOptions['background']): Readonly<Record<Role, Style>> {
  const hue = hues[background];
  return {
    plain: chalk => chalk,
    faint: chalk => chalk.dim,
    strong: chalk => chalk.bold,
    accent: chalk => chalk.hex(hue.blue),
    good: chalk => chalk.hex(hue.green),
    warning: chalk => chalk.hex(hue.orange),
    bad: chalk => chalk.hex(hue.red).bold,
    selected: chalk => chalk.inverse,
    train: chalk => chalk.hex(hue.orange),
    validation: chalk => chalk.hex(hue.blue),
    baseline: chalk => chalk.dim,
    head0: chalk => chalk.hex(hue.blue),
    head1: chalk => chalk.hex(hue.orange),
    head2: chalk => chalk.hex(hue.green),
    head3: chalk => chalk.hex(hue.purple),
    head4: chalk => chalk.hex(hue.yellow),
    head5: chalk => chalk.hex(hue.red),
  };
}

export function makeTheme({colors, background, ascii}: ThemeOptions): Theme {
  const chalk = new Chalk({level: colors});
  const table = styles(background);
  return {
    ascii,
    // Everything that is drawn passes here: nothing that stands in a file can move the cursor.
    paint: (role, text) => {
      const safe = printable(text).replaceAll(/[\n\t]/g, ' ');
      const shown = ascii ? toAscii(safe) : safe;
      return role === 'plain' ? shown : table[role](chalk)(shown);
    },
  };
}

/** Lines as one text for a terminal. */
export function paintLines(theme: Theme, lines: readonly Line[]): string {
  return lines
    .map(content => content.map(({text, role}) => theme.paint(role, text)).join(''))
    .join('\n');
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

/** Letters and signs of other scripts stay: they come from names, which are the user's own. */
function toAscii(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e\p{L}\p{N}\p{M}]/gu, sign => {
    const corner = /[\u2500-\u257f]/.test(sign) ? '+' : '?';
    return asciiFor[sign] ?? corner;
  });
}
