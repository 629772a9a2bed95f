import * as z from 'zod';

/**
 * How an experiment is parsed: to compile a parser takes longer than to parse a few files without one.
 */
export const WITHOUT_JIT = {jitless: true};

export const number = (least: number, most: number) => z.number().min(least).max(most);

export const integer = (least: number, most = Number.MAX_SAFE_INTEGER) => number(least, most).int();

/** Name of an attribute of the data. */
export const attribute = z
  .string()
  .regex(/^\w[\w-]{0,63}$/, 'an attribute name: letters, digits, _ and -')
  .refine(
    name => !(name in {}),
    'an attribute name that is no property of every JavaScript object',
  );

/** A value of one key, as a matrix and a search vary it. */
export const scalar = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = z.infer<typeof scalar>;

/** Seeds are not negative, and fit 32 bits with a sign. */
export const seed = integer(0, 2 ** 31 - 1);
