import {Option} from 'commander';
import type {LookFlags} from '../../app/run-options.js';
import {findExperimentsFolder, type AddCommand} from '../command.js';
import {
  addLookOptions,
  dataOption,
  examples,
  runsOption,
  setOption,
  wholeNumber,
} from '../options.js';
import {openInterface} from './interface.js';

type RunFlags = LookFlags & {
  readonly runs: string;
  readonly ci: boolean;
  readonly json: boolean;
  readonly set: string[];
  readonly data?: string;
  readonly seed?: number;
  readonly repeat: number;
  readonly resplit: boolean;
  readonly backend: string;
  readonly failFast: boolean;
  readonly resume?: string | true;
  readonly force: boolean;
  readonly unattended: boolean;
  readonly needed: boolean;
};

const MAX_SEED = 2 ** 31 - 1;

export const addRun: AddCommand = (parent, toAction) => {
  addLookOptions(parent.command('run [experiments...]'))
    .description('run experiments, one after another; in a terminal the interface shows them')
    .option('--ci', 'headless: readable lines', false)
    .option('--json', "headless: the runs' events as JSON Lines, nothing else on stdout", false)
    .addOption(setOption())
    .addOption(dataOption())
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
      examples(
        'celeba-tui run quick --ci',
        'celeba-tui run multi-output --set training.epochs=2 --seed 7 --ci',
        'celeba-tui run --resume --ci',
      ),
    )
    .action(
      toAction(async (context, experiments: string[], flags: RunFlags) => {
        const {set, data, seed, ci, resume, ...rest} = flags;
        const names = typeof resume === 'string' ? [resume, ...experiments] : experiments;
        const options = {
          ...{...rest, overrides: set, data, seed, resume: resume !== undefined},
          ...{folder: await findExperimentsFolder(), version: context.version},
        };
        const {isInteractive} = await import('../../app/run-options.js');
        if (!(ci || flags.json) && isInteractive(context.openStdin(), context.stdout, context.env))
          return openInterface(names, options, context);
        const {runHeadless} = await import('../run.js');
        return runHeadless(names, options, context);
      }),
    );
};
