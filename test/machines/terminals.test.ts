import {describe, expect, it} from 'vitest';
import {CLEAN_END, PseudoTerminal, type PseudoTerminalOptions} from '../helpers/pseudo-terminal.js';
import {workplace} from '../helpers/workplace.js';

const COLOURS = new RegExp(String.raw`\u001B\[([\d;]*)m`, 'g');

/** Opens the interface, leaves it, and returns the colour codes that it wrote. */
async function colourCodes(options: Omit<PseudoTerminalOptions, 'cwd'>): Promise<string[]> {
  const env = {FORCE_COLOR: undefined, COLORTERM: undefined, NO_COLOR: undefined, ...options.env};
  const terminal = new PseudoTerminal({...options, cwd: workplace(), env});
  await terminal.see('tiny');
  terminal.press('q');
  expect(await terminal.end()).toContain(CLEAN_END);
  return [...terminal.output.matchAll(COLOURS)].map(([, code]) => code as string);
}

/** Whether a code sets a colour, as against bold, dim or inverse. */
const isColour = (code: string): boolean =>
  code.split(';').some(part => /^(3[0-8]|4[0-8]|9[0-7]|10[0-7])$/.test(part));

describe('the interface', () => {
  it('keeps to 16 colours where the terminal has no more', async () => {
    const codes = await colourCodes({kind: 'xterm'});
    expect(codes.some(isColour)).toBe(true);
    expect(codes.filter(code => /^[34]8;/.test(code))).toEqual([]);
  });

  it.each<[string, Omit<PseudoTerminalOptions, 'cwd'>]>([
    ['NO_COLOR', {env: {NO_COLOR: '1'}}],
    ['TERM=dumb', {kind: 'dumb'}],
  ])('uses no colour with %s', async (_what, options) => {
    expect((await colourCodes(options)).filter(isColour)).toEqual([]);
  });

  it('draws with ASCII in the locale C, and the same words in Korean', async () => {
    for (const locale of ['C', 'ko_KR.UTF-8']) {
      const terminal = new PseudoTerminal({
        cwd: workplace(),
        env: {LANG: locale, LC_ALL: locale, NO_COLOR: '1', FORCE_COLOR: undefined},
      });
      await terminal.see('tiny');
      const drawn = terminal.lines.join('').replaceAll('한글', '');
      expect(/[^\x20-\x7E]/.test(drawn)).toBe(locale !== 'C');
      terminal.press('q');
      await terminal.end();
    }
  });
});
