import {Command, CommanderError} from 'commander';
import {printable} from '../util/format.js';
import {didYouMean} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';
import type {ToAction} from './command.js';
import {addCheck} from './commands/check.js';
import {addCompare} from './commands/compare.js';
import {addData} from './commands/data.js';
import {addDoctor} from './commands/doctor.js';
import {addExport} from './commands/export.js';
import {addGroup} from './commands/group.js';
import {addInit} from './commands/init.js';
import {addInterface} from './commands/interface.js';
import {addList} from './commands/list.js';
import {addLrRange} from './commands/lr-range.js';
import {addPredict} from './commands/predict.js';
import {addReport} from './commands/report.js';
import {addRun} from './commands/run.js';
import {addRunTask} from './commands/run-task.js';
import {addRuns} from './commands/runs.js';
import {addSchema} from './commands/schema.js';
import {addSplit} from './commands/split.js';
import {addTag} from './commands/tag.js';
import {commandsOf, pathOf, placeOfOption, settleOptions} from './options.js';

/** In the order of `--help`. */
const COMMANDS = [
  ...[addRun, addList, addCheck, addLrRange, addRuns, addTag, addCompare, addReport, addGroup],
  ...[addPredict, addSplit, addExport, addData, addDoctor, addInit, addSchema],
  ...[addRunTask],
];

/** The command line with every command. */
export function makeProgram(toAction: ToAction, version: string): Command {
  const program = new Command('celeba-tui')
    .enablePositionalOptions()
    .description(
      'From YAML to verdict: train face-attribute networks, watch every head learn, read which design won.',
    )
    .version(version)
    .hook('preAction', (_program, command) => settleOptions(command));
  addInterface(program, toAction, assertNoUnknownCommand);
  for (const addCommand of COMMANDS) addCommand(program, toAction);
  for (const group of commandsOf(program).filter(({commands}) => commands.length > 0))
    addHelp(group);
  for (const command of commandsOf(program)) {
    command
      .configureOutput({
        outputError: (text, write) =>
          write(
            printable(`${text.replace(/^error: /, 'celeba-tui: ')}${placeHint(program, text)}`),
          ),
      })
      .exitOverride()
      .showSuggestionAfterError(true)
      .allowExcessArguments(command === program);
  }
  return program;
}

/** Where an unknown option belongs, for below commander's error. */
function placeHint(program: Command, error: string): string {
  const [, flag] = /unknown option '(--?[\w-]+)/.exec(error) ?? [];
  const place = flag === undefined ? undefined : placeOfOption(program, flag);
  return place === undefined ? '' : `${place}\n`;
}

/** Adds `help [command...]`, which prints the same as `--help` of that command. */
function addHelp(group: Command): void {
  group.helpCommand(false);
  group
    .command('help [command...]')
    .description('show what a command does, and its options')
    .action((names: string[]) => commandAt(group, names).help());
}

/** @throws UserError that names the nearest command where none has this name. */
function commandAt(group: Command, names: readonly string[]): Command {
  return names.reduce((command, name) => {
    const next = command.commands.find(candidate => candidate.name() === name);
    if (next === undefined) throw unknownCommand(command, name);
    return next;
  }, group);
}

/** Commander passes an unknown command to the program as an argument. */
function assertNoUnknownCommand(program: Command): void {
  const [word] = program.args;
  if (word !== undefined) throw unknownCommand(program, word);
}

function unknownCommand(group: Command, word: string): UserError {
  const names = group.commands.map(command => command.name());
  const path = ['celeba-tui', pathOf(group)].join(' ').trim();
  const expected = names.length === 0 ? 'nothing after it' : `one of ${names.join(', ')}`;
  return new UserError(`${word} is not a command of ${path}. Expected ${expected}.`, {
    hint: didYouMean(word, names, `${path} --help describes each command.`),
  });
}

export {CommanderError};
