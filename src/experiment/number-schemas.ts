import * as z from 'zod';

/**
 * How an experiment is parsed: to compile a parser takes longer than to parse a few files without one.
 */
export const WITHOUT_JIT = {jitless: true};

/** A number from `least` to `most`. */
export const number = (least: number, most: number) => z.number().min(least).max(most);

/** A whole number from `least` to `most`. */
export const integer = (least: number, most = Number.MAX_SAFE_INTEGER) => number(least, most).int();
