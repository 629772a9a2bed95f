import {Command, CommanderError} from 'commander';
import {printable} from '../util/format.js';
import type {ToAction} from './command.js';
import {addCheck} from './commands/check.js';
import {addCompare} from './commands/compare.js';
import {addDataCache} from './commands/data-cache.js';
import {addDataFetch} from './commands/data-fetch.js';
import {addDataInfo} from './commands/data-info.js';
import {addDataPrepare} from './commands/data-prepare.js';
import {addDataSample} from './commands/data-sample.js';
import {addDoctor} from './commands/doctor.js';
import {addExport} from './commands/export.js';
import {addInit} from './commands/init.js';
import {addInterface} from './commands/interface.js';
import {addList} from './commands/list.js';
import {addPredict} from './commands/predict.js';
import {addReport} from './commands/report.js';
import {addRun} from './commands/run.js';
import {addRuns} from './commands/runs.js';
import {addSchema} from './commands/schema.js';
import {addSplit} from './commands/split.js';
import {commandsOf, placeOfOption, settleOptions} from './given-options.js';
import {addHelp} from './help-command.js';

/** In the order of `--help`. */
const COMMANDS = [
  ...[addRun, addList, addCheck, addRuns, addCompare, addReport, addPredict, addSplit, addExport],
  ...[addData, addDoctor, addInit, addSchema],
];
const DATA_COMMANDS = [addDataSample, addDataInfo, addDataPrepare, addDataCache, addDataFetch];

/** The command line: every command, in the order of its help. */
export function makeProgram(toAction: ToAction, version: string): Command {
  const program = new Command('celeba-tui')
    .enablePositionalOptions()
    .description(
      'From YAML to verdict: train face-attribute networks, watch every head learn, read which design won.',
    )
    .version(version);
  addInterface(program, toAction);
  for (const addCommand of COMMANDS) addCommand(program, toAction);
  return strict(program);
}

function addData(program: Command, toAction: ToAction): void {
  const data = program.command('data').description('look at the images');
  for (const addCommand of DATA_COMMANDS) addCommand(data, toAction);
}

/** Errors are thrown, so that there is one place that words them and one that ends the process. */
function strict(program: Command): Command {
  program.hook('preAction', (_program, command) => settleOptions(command));
  for (const command of commandsOf(program)) {
    if (command.commands.length > 0) addHelp(command);
  }
  for (const command of commandsOf(program)) {
    command
      .configureOutput({
        outputError: (text, write) => write(printable(`${text}${placeHint(program, text)}`)),
      })
      .exitOverride()
      .showSuggestionAfterError(true)
      .allowExcessArguments(command === program);
  }
  return program;
}

/** Of an option that stands where it is not known, where it belongs. */
function placeHint(program: Command, error: string): string {
  const [, flag] = /unknown option '(--?[\w-]+)/.exec(error) ?? [];
  const place = flag === undefined ? undefined : placeOfOption(program, flag);
  return place === undefined ? '' : `${place}\n`;
}

export {CommanderError};
