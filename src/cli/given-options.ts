import type {Command, Option} from 'commander';
import {expandHome} from '../experiment/data-root.js';
import {UserError} from '../util/user-error.js';

/** Rules that hold for every option of every command, from commander's own tables. */
export function settleOptions(command: Command): void {
  for (const ancestor of ancestorsOf(command)) {
    for (const option of givenOptions(ancestor)) passDown(option, ancestor, command);
  }
  for (const option of givenOptions(command)) {
    const values: unknown[] = [command.getOptionValue(option.attributeName())].flat();
    for (const value of values) assertUsable(option, value, command);
    if (!isPath(option)) continue;
    // A shell leaves the ~ of --data=~/celeba as it is.
    const text: unknown = command.getOptionValue(option.attributeName());
    if (typeof text === 'string')
      command.setOptionValueWithSource(option.attributeName(), expandHome(text), 'cli');
  }
}

/** Where an option belongs that a command does not have; undefined where no command has it. */
export function placeOfOption(program: Command, flag: string): string | undefined {
  const places = commandsOf(program).filter(command => hasFlag(command, flag));
  const [first] = places;
  if (first === undefined) return undefined;
  const names = places.map(place => (place === program ? 'celeba-tui alone' : pathOf(place)));
  const option = first.options.find(candidate => isCalled(candidate, flag));
  const example = places.find(place => place !== program) ?? first;
  const words = ['celeba-tui', pathOf(example), '…', option?.flags].filter(word => word !== '');
  return `${flag} belongs to ${names.join(', ')}: ${words.join(' ')}`;
}

/** A command and all below it. */
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

/** An option before the command's name counts as one after it; what stands after it holds. */
function passDown(option: Option, ancestor: Command, command: Command): void {
  const flag = option.long ?? option.flags;
  const name = option.attributeName();
  if (!hasFlag(command, flag)) {
    const root = ancestorsOf(command).at(-1) ?? command;
    throw new UserError(`${flag} does not go with ${pathOf(command)}, which has no such option.`, {
      hint: placeOfOption(root, flag) ?? `celeba-tui ${pathOf(command)} --help lists its options.`,
    });
  }
  if (command.getOptionValueSource(name) === 'cli') return;
  command.setOptionValueWithSource(name, ancestor.getOptionValue(name), 'cli');
}

/** Nothing, as an unset variable of a shell leaves it, and a forgotten value are no values. */
function assertUsable(option: Option, value: unknown, command: Command): void {
  if (typeof value !== 'string') return;
  const expected = `Expected ${option.flags}`;
  if (value.trim() === '') {
    throw new UserError(`${option.long}: ${expected}; received an empty text.`, {
      hint: 'Give it a value, or leave the option out.',
    });
  }
  if (isPath(option)) assertUtf8(option, value);
  const [flag = ''] = value.split('=');
  const owner = [command, ...ancestorsOf(command)].find(candidate => hasFlag(candidate, flag));
  if (owner === undefined) return;
  throw new UserError(
    `${option.long}: ${expected}; received ${value}, which is an option itself.`,
    {hint: `Give ${option.long} a value. A file or folder of that name is written ./${value}`},
  );
}

/** Node replaces bytes that are not UTF-8 with U+FFFD: the name would be of another file. */
function assertUtf8(option: Option, value: string): void {
  if (!value.includes('\ufffd')) return;
  throw new UserError(`${option.long}: expected a name in UTF-8; received ${value}.`, {
    hint: 'Rename the file or folder, or give the name of a symbolic link to it.',
  });
}
