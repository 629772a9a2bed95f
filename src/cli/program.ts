import {Command, CommanderError, Option} from 'commander';
import {printable} from '../util/format.js';
import {addDataCommands} from './data-commands.js';
import {commandsOf, placeOfOption, settleOptions} from './given-options.js';
import {addHelp, assertNoUnknownCommand} from './help-command.js';
import type {Actions} from './actions.js';
import {addArtifactCommands} from './artifact-commands.js';
import {collect, runsOption, wholeNumber} from './options.js';
import {comparisonFormats, csvRows, reportFormats} from './output-formats.js';

const MAX_SEED = 2 ** 31 - 1;

/** The command line: every command, flag and help text. It decides nothing else. */
export function makeProgram(actions: Actions, version: string): Command {
  const program = new Command('celeba-tui')
    .enablePositionalOptions()
    .description(
      'From YAML to verdict: train face-attribute networks, watch every head learn, read which design won.',
    )
    .version(version)
    .option('--data <dir>', 'where the images are')
    .addOption(runsOption());
  look(program)
    .action((_options: unknown, command: Command) => {
      assertNoUnknownCommand(command);
      return actions.interface(command.opts());
    })
    .addHelpText(
      'after',
      '\nExamples:\n  celeba-tui run quick --ci\n  celeba-tui run separate multi-output --ci --data data/celeba\n  celeba-tui compare separate multi-output',
    );
  look(program.command('run [experiments...]'))
    .description('run experiments, one after another; in a terminal the interface shows them')
    .option('--ci', 'headless: readable lines', false)
    .option('--json', "headless: the runs' events as JSON Lines, nothing else on stdout", false)
    .option('--set <key=value>', 'override a key of the file; repeatable', collect, [])
    .option('--data <dir>', 'where the images are')
    .addOption(runsOption())
    .option('--seed <n>', 'takes the place of training.seed', wholeNumber(0, MAX_SEED))
    .option(
      '--repeat <n>',
      'runs of each experiment, with seeds derived from one',
      wholeNumber(1, 1000),
      1,
    )
    .option('--resplit', 'draw sample and split anew for each repetition', false)
    .addOption(
      new Option('--backend <name>', 'what computes')
        .choices(['auto', 'tensorflow', 'wasm', 'cpu'])
        .default('auto'),
    )
    .option(
      '--resume [run]',
      'go on with the interrupted runs of the last queue, or with the runs or the queue named',
    )
    .option(
      '--force',
      'with --resume: take over what a process has that cannot be seen from here, at once',
      false,
    )
    .addOption(
      new Option('--unattended', 'with --resume: no person asks').default(false).hideHelp(),
    )
    .option(
      '--needed',
      'skip what a finished run with the same configuration, seed and data has answered',
      false,
    )
    .option('--fail-fast', 'stop at the first failure', false)
    .addHelpText(
      'after',
      '\nExamples:\n  celeba-tui run quick --ci\n  celeba-tui run multi-output --set training.epochs=2 --seed 7 --ci\n  celeba-tui run --resume --ci',
    )
    .action(actions.run);
  program
    .command('list')
    .description('experiments, with their latest result')
    .addOption(runsOption())
    .addHelpText('after', '\nExample:\n  celeba-tui list')
    .action(actions.list);
  program
    .command('check [experiments...]')
    .description(
      'validate; print the resolved file, layers, shapes and parameter counts; compare it with the data where that is there',
    )
    .option('--data <dir>', 'where the images are')
    .option('--set <key=value>', 'override a key of the file; repeatable', collect, [])
    .addHelpText('after', '\nExample:\n  celeba-tui check multi-output --set data.image.scale=4')
    .action(actions.check);
  program
    .command('runs')
    .description('the runs, newest first, with status')
    .option('--trash', 'list the deleted runs instead', false)
    .option('--restore <runs...>', 'take deleted runs back, by id or the beginning of one')
    .option('--empty-trash', 'remove the deleted runs for good', false)
    .option('--dismiss', 'offer what was interrupted no more', false)
    .addOption(runsOption())
    .addHelpText(
      'after',
      '\nExamples:\n  celeba-tui runs --runs results\n  celeba-tui runs --restore 20261124-143205-quick-3f2a',
    )
    .action(actions.runs);
  program
    .command('compare <runs...>')
    .description(
      'runs side by side, with the verdict on their differences; RUN is an id, a unique prefix, an experiment (its latest runs, seeds put together) or latest',
    )
    .addOption(
      new Option('--format <format>', 'how it is written')
        .choices(comparisonFormats)
        .default('table'),
    )
    .addOption(
      new Option(
        '--rows <what>',
        'what the rows of --format csv are: runs, the heads of each, or the differences of each pair (runs)',
      ).choices(csvRows),
    )
    .option('--sort <column>', 'order of the rows, such as Smiling.accuracy or -seconds')
    .option('--all', 'also columns in which all rows have the same', false)
    .option('--transpose', 'a column for each run', false)
    .option('--each', 'a row for each run: seeds are not put together', false)
    .addOption(runsOption())
    .addHelpText(
      'after',
      '\nExamples:\n  celeba-tui compare separate multi-output\n  celeba-tui compare scale-factor --sort data.image.scale --format md\n  celeba-tui compare separate multi-output --format csv --rows pairs > pairs.csv',
    )
    .action(actions.compare);
  program
    .command('report <runs...>')
    .description(
      'one page with the verdict, charts and everything behind them, in a file of its own that opens without a network; RUN as in compare',
    )
    .addOption(
      new Option('--format <format>', 'a page, or Markdown for a pull request (to stdout)')
        .choices(reportFormats)
        .default('html'),
    )
    .option(
      '--out <file>',
      "where it is written, - for stdout; otherwise into the run's folder, or for several runs into a new folder in comparisons/",
    )
    .option(
      '--faces',
      'with images of mistakes: research only, keep such a page to yourself',
      false,
    )
    .option('--each', 'a row for each run: seeds are not put together', false)
    .addOption(runsOption())
    .addHelpText(
      'after',
      '\nExamples:\n  celeba-tui report latest\n  celeba-tui report separate multi-output --out verdict.html\n  celeba-tui report scale-factor --format md | gh pr comment --body-file -\n\nIn GitHub Actions run, compare and report add the Markdown to the summary of the step by themselves.',
    )
    .action(actions.report);
  addArtifactCommands(program, actions);
  addDataCommands(program, actions);
  program
    .command('doctor')
    .description('terminal, node, backend, data: what is right, what is wrong, what to do')
    .option('--fix', 'build the native backend', false)
    .addHelpText('after', '\nExample:\n  celeba-tui doctor --fix')
    .option('--data <dir>', 'where the images are', 'data/celeba')
    .addOption(runsOption())
    .action(actions.doctor);
  program.command('init').description('copy the example experiments here').action(actions.init);
  program
    .command('schema')
    .description('JSON Schema of the experiment file')
    .action(actions.schema);
  return strict(program);
}

/** The flags that say how the interface looks. */
function look(command: Command): Command {
  return command
    .option('--no-color', 'no colours, as NO_COLOR')
    .option('--ascii', 'no box drawing and no symbols beyond ASCII', false)
    .option('--screen-reader', 'plain lines, as INK_SCREEN_READER=true', false);
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
