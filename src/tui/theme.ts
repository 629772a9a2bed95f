import {Chalk} from 'chalk';
import {createContext, useContext} from 'react';
import {printable} from '../util/format.js';

/** How roles look, and which characters may be drawn. */
type Theme = {
  readonly ascii: boolean;
  /** Nothing is drawn: a person listens to the text. */
  readonly screenReader: boolean;
  /**
   * The text as it may be written, without control characters and in the terminal's characters, with the style of a
   * role. Coloured strings cost Ink less than a node for each piece.
   */
  readonly paint: (role: Role, text: string) => string;
};

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
    // From viridis, away from the background.
    heat: ['#3E4989', '#26828E', '#35B779', '#B5DE2B', '#FDE725'],
  },
  light: {
    blue: '#0060A0',
    orange: '#A85C00',
    green: '#006E50',
    red: '#B03000',
    purple: '#8C3A6B',
    yellow: '#6E6400',
    heat: ['#C9B400', '#7AA51E', '#238A5B', '#26828E', '#440154'],
  },
} as const;

function styles(background: Look['background']) {
  const {blue, orange, green, red, purple, yellow, heat} = hues[background];
  const chalk = new Chalk();
  return {
    plain: chalk,
    faint: chalk.dim,
    strong: chalk.bold,
    accent: chalk.hex(blue),
    good: chalk.hex(green),
    warning: chalk.hex(orange),
    bad: chalk.hex(red).bold,
    selected: chalk.inverse,
    train: chalk.hex(orange),
    validation: chalk.hex(blue),
    baseline: chalk.dim,
    head0: chalk.hex(blue),
    head1: chalk.hex(orange),
    head2: chalk.hex(green),
    head3: chalk.hex(purple),
    head4: chalk.hex(yellow),
    head5: chalk.hex(red),
    heat0: chalk.hex(heat[0]),
    heat1: chalk.hex(heat[1]),
    heat2: chalk.hex(heat[2]),
    heat3: chalk.hex(heat[3]),
    heat4: chalk.hex(heat[4]),
  };
}

/** What a piece of text means; the theme decides how that looks. Never the only signal. */
export type Role = keyof ReturnType<typeof styles>;

/** Boxes, blocks, shapes and Braille: a screen reader would read them out one by one. */
const drawn = /[\u2500-\u25ff\u2800-\u28ff] ?/g;

export function makeTheme({
  color,
  background,
  ascii,
  screenReader,
}: Look & {readonly screenReader: boolean}): Theme {
  const table = styles(background);
  const shown = (text: string): string => {
    const safe = printable(text).replaceAll(/[\n\t]/g, ' ');
    if (screenReader) return safe.replaceAll(drawn, '');
    return ascii ? toAscii(safe) : safe;
  };
  return {
    ascii,
    screenReader,
    paint: (role, text) => (color && role !== 'plain' ? table[role](shown(text)) : shown(text)),
  };
}

export const ThemeContext = createContext<Theme>(
  makeTheme({color: false, background: 'dark', ascii: false, screenReader: false}),
);

export function useTheme(): Theme {
  return useContext(ThemeContext);
}

/** What is drawn, and below each sign the one that stands for it: of one column, as lines are measured before. */
const signs = '…─━│┃▸●○✓✗▶‖█░·±↑↓←→⏎★×■□≤–┊▁▂▃▄▅▆▇▾';
const inAscii = '~-=||>*o+x>=#../^v<><*x#.<-:_.-~=+*v';
const asciiFor = new Map([...signs].map((sign, index) => [sign, inAscii[index] ?? '?']));

/** Letters and signs of other scripts stay: they come from names that the user chose. */
function toAscii(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e\p{L}\p{N}\p{M}]/gu, sign => {
    const corner = /[\u2500-\u257f]/.test(sign) ? '+' : '?';
    return asciiFor.get(sign) ?? corner;
  });
}

/** How the terminal can draw, from its environment and from the flags of the command line. */
export function appearance(
  env: NodeJS.ProcessEnv,
  {color, ascii}: Pick<Look, 'color' | 'ascii'>,
): Look {
  return {
    color: color && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    background: background(env),
    ascii: ascii || env['TERM'] === 'dumb' || isAsciiLocale(env),
  };
}

/** rxvt, Konsole and others set COLORFGBG to `foreground;background`; 7 and 9 to 15 are light. */
function background(env: NodeJS.ProcessEnv): Look['background'] {
  const wanted = env['CELEBA_TUI_BACKGROUND'];
  if (wanted === 'light' || wanted === 'dark') return wanted;
  const code = Number(env['COLORFGBG']?.split(';').at(-1) ?? Number.NaN);
  return code === 7 || (code >= 9 && code <= 15) ? 'light' : 'dark';
}

/** A locale that was set to C or POSIX by somebody; none set at all says nothing. */
function isAsciiLocale(env: NodeJS.ProcessEnv): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale === 'C' || locale === 'POSIX';
}
