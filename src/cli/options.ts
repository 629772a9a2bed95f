import {InvalidArgumentError, Option, type Command} from 'commander';
import {expandHome} from '../util/expand-home.js';
import {
  headMetricKeys,
  isImageMetric,
  metricNamed,
  metricOption,
  overallMetricKeys,
  sliceMetricKeys,
  type HeadMetric,
  type Metric,
} from '../experiment/metrics.js';
import {didYouMean} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';

/** Reads a whole number. @throws InvalidArgumentError where the text is none, or out of range. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return text => {
    // Number('') is 0, but an unset variable of a shell is no number.
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(
      `Expected a whole number from ${low} to ${high}; received ${JSON.stringify(text)}.`,
    );
  };
}

/** Reads a difference in percentage points. @throws InvalidArgumentError where it cannot be one. */
export function points(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value < 100) return value;
  throw new InvalidArgumentError(
    `Expected percentage points above 0 and below 100, such as 1 or 0.5; received ${JSON.stringify(text)}.`,
  );
}

export const runsOption = (): Option =>
  new Option('--runs <dir>', 'folder of the runs').default('./runs');

export const dataOption = (): Option => new Option('--data <dir>', 'folder of the images');

/** Overrides of an experiment's keys: an array, empty by default. */
export const setOption = (): Option =>
  new Option('--set <key=value>', 'override a key of the file; repeatable')
    .argParser((value: string, all: string[]) => [...all, value])
    .default([]);

/** The flags of `addMetricOptions`. */
export type MetricFlags = {
  readonly metric?: Metric;
  readonly reference?: string;
  /** The metric of the heads for delta-m and mean rank. */
  readonly of?: HeadMetric;
  readonly againstFirst?: boolean;
};

const headNames = headMetricKeys.map(metricOption);
const allNames = [...headNames, ...[...sliceMetricKeys, ...overallMetricKeys].map(metricOption)];

/** Adds the flags for the metric of a comparison. */
export function addMetricOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--metric <metric>',
        `what the verdict is about: ${allNames.join(', ')} (default: accuracy)`,
      ).argParser(text => metricFrom(text, allNames)),
    )
    .option(
      '--against-first',
      'test each design only against the first one: fewer tests, so smaller differences are significant',
      false,
    )
    .option('--reference <design>', 'design that delta-m is relative to (default: the first)')
    .addOption(
      new Option(
        '--of <metric>',
        'metric of each head that delta-m and mean-rank are computed from (default: f1)',
      ).argParser(text => {
        const metric = metricFrom(text, headNames);
        if (isImageMetric(metric)) return metric;
        throw new InvalidArgumentError(
          `Expected a metric of a head: ${headNames.join(', ')}; received ${JSON.stringify(text)}.`,
        );
      }),
    );
}

function metricFrom(text: string, names: readonly string[]): Metric {
  const metric = metricNamed(text);
  if (metric !== undefined) return metric;
  const hint = didYouMean(text, names);
  throw new InvalidArgumentError(
    `Expected one of ${names.join(', ')}; received ${JSON.stringify(text)}.${hint === undefined ? '' : ` ${hint}`}`,
  );
}

/** The flags of `addMetricOptions` as options of a comparison. */
export function metricOptions({metric, reference, of, againstFirst}: MetricFlags): {
  readonly metric?: Metric;
  readonly onlyWithFirst?: boolean;
  readonly reference?: string;
  readonly base?: HeadMetric;
} {
  return {
    ...(metric !== undefined && {metric}),
    ...(againstFirst === true && {onlyWithFirst: true}),
    ...(reference !== undefined && {reference}),
    ...(of !== undefined && {base: of}),
  };
}

/** Adds the flags for the look of the interface; their type is `LookFlags`. */
export function addLookOptions(command: Command): Command {
  return command
    .option('--no-color', 'use no colours, as with NO_COLOR')
    .option('--ascii', 'use ASCII characters only', false)
    .option('--no-mouse', 'leave the mouse to the terminal')
    .option('--screen-reader', 'print plain lines, as with INK_SCREEN_READER=true', false);
}

/** The end of a help text: command lines to try. */
export function examples(...lines: readonly string[]): string {
  const title = lines.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${lines.map(line => `  ${line}`).join('\n')}`;
}

/** Applies the rules of all options of all commands: position, empty values, `~`, UTF-8. */
export function settleOptions(command: Command): void {
  for (const ancestor of ancestorsOf(command)) {
    for (const option of givenOptions(ancestor)) passDown(option, ancestor, command);
  }
  for (const option of givenOptions(command)) {
    const name = option.attributeName();
    const value: unknown = command.getOptionValue(name);
    for (const text of [value].flat()) assertUsable(option, text, command);
    // A shell leaves the ~ of --data=~/celeba as it is.
    if (isPath(option) && typeof value === 'string')
      command.setOptionValueWithSource(name, expandHome(value), 'cli');
  }
}

/** Says which commands have an option; undefined where none has it. */
export function placeOfOption(program: Command, flag: string): string | undefined {
  const commands = commandsOf(program).filter(command => hasFlag(command, flag));
  const [first] = commands;
  if (first === undefined) return undefined;
  const names = commands.map(command =>
    command === program ? 'celeba-tui alone' : pathOf(command),
  );
  const option = first.options.find(candidate => isCalled(candidate, flag));
  const example = commands.find(command => command !== program) ?? first;
  const words = ['celeba-tui', pathOf(example), '…', option?.flags].filter(word => word !== '');
  return `${flag} belongs to ${names.join(', ')}: ${words.join(' ')}`;
}

export function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

/** `data info`; empty for the program itself. */
export function pathOf(command: Command): string {
  return [command, ...ancestorsOf(command)]
    .filter(({parent}) => parent !== null)
    .map(ancestor => ancestor.name())
    .reverse()
    .join(' ');
}

function ancestorsOf({parent}: Command): Command[] {
  return parent === null ? [] : [parent, ...ancestorsOf(parent)];
}

function isPath({flags}: Option): boolean {
  return /<(dir|file)>/.test(flags);
}

function givenOptions(command: Command): Option[] {
  return command.options.filter(
    option => command.getOptionValueSource(option.attributeName()) === 'cli',
  );
}

function hasFlag(command: Command, flag: string): boolean {
  return command.options.some(option => isCalled(option, flag));
}

function isCalled(option: Option, flag: string): boolean {
  return option.long === flag || option.short === flag;
}

/** Moves an option from before the command's name to after it, where the later one wins. */
function passDown(option: Option, ancestor: Command, command: Command): void {
  const flag = option.long ?? option.flags;
  const name = option.attributeName();
  if (!hasFlag(command, flag)) {
    const root = ancestorsOf(command).at(-1) ?? command;
    throw new UserError(`${pathOf(command)} has no option ${flag}.`, {
      hint: placeOfOption(root, flag) ?? `celeba-tui ${pathOf(command)} --help lists its options.`,
    });
  }
  if (command.getOptionValueSource(name) === 'cli') return;
  command.setOptionValueWithSource(name, ancestor.getOptionValue(name), 'cli');
}

/** Rejects empty values, as unset variables of a shell leave them, and forgotten values. */
function assertUsable(option: Option, value: unknown, command: Command): void {
  if (typeof value !== 'string') return;
  const expected = `Expected ${option.flags}`;
  if (value.trim() === '') {
    throw new UserError(`${option.long}: ${expected}; received an empty text.`, {
      hint: 'Give it a value, or leave the option out.',
    });
  }
  // Node replaces bytes that are not UTF-8 with U+FFFD, so the name would be that of another file.
  if (isPath(option) && value.includes('\ufffd')) {
    throw new UserError(`${option.long}: expected a name in UTF-8; received ${value}.`, {
      hint: 'Rename the file or folder, or give the name of a symbolic link to it.',
    });
  }
  const [flag = ''] = value.split('=');
  const owner = [command, ...ancestorsOf(command)].find(candidate => hasFlag(candidate, flag));
  if (owner === undefined) return;
  throw new UserError(`${option.long}: ${expected}; received ${value}, another option.`, {
    hint: `Give ${option.long} a value. Write ./${value} for a file or folder of that name.`,
  });
}
