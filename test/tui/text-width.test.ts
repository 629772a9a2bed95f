import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {bytes, thousands} from '../../src/util/format.js';
import {narrow, widthOf} from '../../src/util/text-width.js';

describe('the columns of a text', () => {
  it('are as many as its characters only where Unicode says so of each', () => {
    const all = Array.from({length: 0x10000}, (_, code) => String.fromCharCode(code));
    const short = all.filter(character => narrow.test(character));
    expect(short.length).toBeGreaterThan(1000);
    expect(short.filter(character => stringWidth(character) !== 1)).toEqual([]);
  });

  it('are looked up where a character is wide, joined or without width', () => {
    expect(widthOf('미소')).toBe(4);
    expect(widthOf('▶ a')).toBe(3);
    expect(widthOf('\u25B6\uFE0F')).toBe(stringWidth('\u25B6\uFE0F'));
    expect(widthOf('e\u0301')).toBe(1);
    expect(widthOf('👩‍👧')).toBe(2);
  });
});

describe('a large number', () => {
  it.each([
    [0, '0'],
    [999.4, '999'],
    [1000, '1,000'],
    [-1234, '-1,234'],
    [687_298, '687,298'],
    [1_234_567, '1,234,567'],
    [Number.NaN, 'NaN'],
  ])('%f is %s', (value, text) => expect(thousands(value)).toBe(text));
});

describe('a size', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1400, '1 kB'],
    [2_000_000, '2 MB'],
  ])('of %i bytes is %s', (value, text) => expect(bytes(value)).toBe(text));
});
