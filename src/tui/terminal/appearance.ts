import type {Look} from '../theme.js';

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
