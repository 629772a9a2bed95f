import {InvalidArgumentError, Option, type Command} from 'commander';

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

/** Which folder holds the images. */
export const dataOption = (): Option => new Option('--data <dir>', 'where the images are');

/** Overrides of an experiment's keys: an array, empty where none is given. */
export const setOption = (): Option =>
  new Option('--set <key=value>', 'override a key of the file; repeatable')
    .argParser((value: string, all: string[]) => [...all, value])
    .default([]);

/** Adds the flags that say how the interface looks; their type is `LookFlags`. */
export function addLookOptions(command: Command): Command {
  return command
    .option('--no-color', 'no colours, as NO_COLOR')
    .option('--ascii', 'no box drawing and no symbols beyond ASCII', false)
    .option('--screen-reader', 'plain lines, as INK_SCREEN_READER=true', false);
}

/** The end of a help text: command lines to try. */
export function examples(...lines: readonly string[]): string {
  const title = lines.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${lines.map(line => `  ${line}`).join('\n')}`;
}
