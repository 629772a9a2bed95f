import {InvalidArgumentError, Option} from 'commander';

/** Gathers an option that may be given several times. */
export const collect = (value: string, all: string[]): string[] => [...all, value];

/** Reads a number of an option. @throws InvalidArgumentError where it is none or out of range. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return text => {
    // Number('') is 0, and an unset variable of a shell is no number.
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(
      `Expected a whole number from ${low} to ${high}; received ${JSON.stringify(text)}.`,
    );
  };
}

/** Which folder holds the runs. */
export const runsOption = (): Option =>
  new Option('--runs <dir>', 'where results are').default('./runs');
