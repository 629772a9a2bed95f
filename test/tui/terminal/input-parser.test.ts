import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {InputParser, type InputPart} from '../../../src/tui/terminal/input-parser.js';

/** What the reads of a terminal come to, and what is left when nothing more comes. */
function parts(...chunks: readonly string[]): InputPart[] {
  const parser = new InputParser();
  return [...chunks.flatMap(chunk => parser.push(chunk)), ...parser.flush()];
}

function keysOf(...chunks: readonly string[]): string {
  return parts(...chunks)
    .map(part => ('keys' in part ? part.keys : ''))
    .join('');
}

describe('the input of a terminal', () => {
  it.each([
    ['letters', 'jk'],
    ['Ctrl and a letter', '\u0003'],
    ['an arrow', '\u001B[A'],
    ['an arrow of the application mode', '\u001BOB'],
    ['Shift and an arrow', '\u001B[1;2B'],
    ['Shift-Tab', '\u001B[Z'],
    ['Page Down', '\u001B[6~'],
    ['Delete', '\u001B[3~'],
    ["a key of kitty's protocol", '\u001B[97;5u'],
    ['Esc', '\u001B'],
    ['letters beyond ASCII', 'ü한🙂'],
  ])('keeps %s', (_what, text) => {
    expect(parts(text)).toEqual([{keys: text}]);
  });

  it.each([
    ['a click, as SGR reports it', '\u001B[<0;12;3M\u001B[<0;12;3m'],
    ['a click, as X10 reports it', '\u001B[M !!'],
    ['a click, as urxvt reports it', '\u001B[32;12;3M'],
    ['that the window gets and loses the focus', '\u001B[I\u001B[O'],
    ['the place of the cursor', '\u001B[12;40R'],
    ['what kind of terminal it is', '\u001B[?62;22c\u001B[>1;10;0c'],
    ['its size', '\u001B[4;600;800t\u001B[6;20;10t'],
    ['its background', '\u001B]11;rgb:ffff/ffff/ffff\u001B\\'],
    ['its background, ended by BEL', '\u001B]11;rgb:ffff/ffff/ffff\u0007'],
    ['its version', '\u001BP>|xterm(390)\u001B\\'],
    ["kitty's word about images", '\u001B_Gi=31;OK\u001B\\'],
    ["the flags of kitty's protocol", '\u001B[?1u'],
    ['that a key was let go', '\u001B[97;1:3u\u001B[1;1:3A'],
    ['a mode that was asked for', '\u001B[?2026;2$y'],
    ['Alt and a letter', '\u001Bd'],
    ['answers in their 8-bit forms', '\u009B12;40R\u009D11;rgb:d/q/r\u009C'],
    ['the end of a paste that never began', '\u001B[201~'],
    ['a sequence whose end never comes', '\u001B[<0;1'],
  ])('leaves out %s, also between keys and cut anywhere', (_what, report) => {
    for (let at = 0; at <= report.length; at++)
      expect(keysOf(`j${report.slice(0, at)}`, report.slice(at))).toBe('j');
    if (!report.endsWith(';1')) expect(keysOf(`j${report}k`)).toBe('jk');
  });

  it('tells a paste from keys, whatever is in it and however it is cut', () => {
    const pasted = 'holiday\r\n\u001B[A\u0003 dy\u001B]0;x\u0007';
    const text = `j\u001B[200~${pasted}\u001B[201~k`;
    const expected = [{keys: 'j'}, {paste: pasted}, {keys: 'k'}];
    for (let at = 0; at <= text.length; at++)
      expect(parts(text.slice(0, at), text.slice(at))).toEqual(expected);
    expect(parts(...text)).toEqual(expected);
  });

  it('never takes a character of a paste for a key', () => {
    fc.assert(
      fc.property(
        fc.string({unit: fc.constantFrom('\u001B', '[', '2', '0', '~', 'd', 'y', '\u009B')}),
        fc.array(fc.nat(60), {maxLength: 4}),
        (pasted, cuts) => {
          fc.pre(!pasted.includes('\u001B[201~'));
          const text = `\u001B[200~${pasted}\u001B[201~`;
          const places = [0, ...cuts.sort((a, b) => a - b), text.length];
          const chunks = places.slice(1).map((to, index) => text.slice(places[index], to));
          return keysOf(...chunks) === '';
        },
      ),
    );
  });

  it('gives Ctrl-C back where a paste never ends', () => {
    const parser = new InputParser();
    expect(parser.push('\u001B[200~text without an end')).toEqual([]);
    expect(parser.push('\u0003')).toEqual([]);
    expect(parser.flush()).toEqual([]);
    expect(parser.push('\u0003')).toEqual([{keys: '\u0003'}]);
    expect(parser.push('j')).toEqual([{keys: 'j'}]);
  });
});
