import type {Command} from 'commander';
import {nearest} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';
import {pathOf} from './given-options.js';

/** Adds `help [command...]`, which shows what `--help` of that command does. */
export function addHelp(group: Command): void {
  group.helpCommand(false);
  group
    .command('help [command...]')
    .description('what a command does, and its options')
    .action((names: string[]) => commandAt(group, names).help());
}

/** @throws UserError that names the nearest command where there is none of this name. */
function commandAt(group: Command, names: readonly string[]): Command {
  return names.reduce((command, name) => {
    const next = command.commands.find(candidate => candidate.name() === name);
    if (next === undefined) throw unknownCommand(command, name);
    return next;
  }, group);
}

/** A word that is no command ends up as an argument of the program itself. */
export function assertNoUnknownCommand(program: Command): void {
  const [word] = program.args;
  if (word !== undefined) throw unknownCommand(program, word);
}

function unknownCommand(group: Command, word: string): UserError {
  const names = group.commands.map(command => command.name());
  const near = nearest(word, names);
  const path = ['celeba-tui', pathOf(group)].join(' ').trim();
  const expected = names.length === 0 ? 'nothing after it' : `one of ${names.join(', ')}`;
  return new UserError(`${word} is not a command of ${path}. Expected ${expected}.`, {
    hint: near === undefined ? `${path} --help says what each does.` : `Did you mean ${near}?`,
  });
}
