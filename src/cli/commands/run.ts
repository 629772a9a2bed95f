import {Option} from 'commander';
import {assertNotWithout} from '../../util/given-flags.js';
import type {RunOptions} from '../../app/load-jobs.js';
import type {LookFlags} from '../../app/start.js';
import {findExperimentsFolder, type AddCommand} from '../command.js';
import {
  addLookOptions,
  dataOption,
  examples,
  runsOption,
  points,
  setOption,
  wholeNumber,
} from '../options.js';
import {UserError} from '../../util/user-error.js';
import {openInterface} from './interface.js';

type RunFlags = LookFlags &
  Omit<RunOptions, 'folder' | 'version' | 'overrides' | 'data' | 'seed' | 'resume'> & {
    readonly ci: boolean;
    readonly set: string[];
    readonly data?: string;
    readonly seed?: number;
    readonly resume?: string | true;
    readonly on?: 'slurm';
    readonly profile?: string;
    readonly maxParallel?: number;
    readonly wait: boolean;
    readonly dryRun: boolean;
  };

const MAX_SEED = 2 ** 31 - 1;
/** The levels of so many looks take a second to compute. */
const MAX_RUNS = 100;
/** More than any machine has memory for. */
const MAX_JOBS = 256;
const MAX_PARALLEL = 100_000;

export const addRun: AddCommand = (parent, toAction) => {
  addLookOptions(parent.command('run [experiments...]'))
    .description('run experiments; a terminal shows the interface')
    .option('--ci', 'run without the interface; print readable lines', false)
    .option('--json', 'run without the interface; print only events, as JSON Lines', false)
    .addOption(setOption())
    .addOption(dataOption())
    .addOption(runsOption())
    .option('--seed <n>', 'override training.seed', wholeNumber(0, MAX_SEED))
    .option(
      '--repeat <n>',
      'runs per experiment, each with its own derived seed',
      wholeNumber(1, 1000),
      1,
    )
    .option(
      '--until-decided',
      'add seeds to two or three designs until tests decide how they differ',
      false,
    )
    .option(
      '--difference <points>',
      'with --until-decided: designs that differ by less count as equal (default: 1)',
      points,
    )
    .option(
      '--max-runs <n>',
      'with --until-decided: the most runs, of all designs together (default: 20)',
      wholeNumber(1, MAX_RUNS),
    )
    .option('--resplit', 'draw a new sample and split for each repetition', false)
    .addOption(
      new Option('--backend <name>', 'library that computes')
        .choices(['auto', 'tensorflow', 'wasm', 'cpu'])
        .default('auto'),
    )
    .option(
      '--resume [run]',
      'resume the interrupted runs of the last queue, or the named runs or queue',
    )
    .option(
      '--force',
      'with --resume: take over runs of other machines and containers without waiting',
      false,
    )
    .addOption(
      new Option('--unattended', 'with --resume: no user is present').default(false).hideHelp(),
    )
    .option(
      '--needed',
      'skip runs that have already finished with the same configuration, seed and data',
      false,
    )
    .option(
      '--jobs <n>',
      'runs that train at the same time, with the cores divided among them (default: 1)',
      wholeNumber(1, MAX_JOBS),
    )
    .option('--fail-fast', 'stop at the first failed run', false)
    .addOption(
      new Option('--on <cluster>', 'submit the runs to a cluster, and return').choices(['slurm']),
    )
    .option('--profile <file>', 'with --on: what each run asks of the cluster, as YAML')
    .option(
      '--max-parallel <n>',
      'with --on: the most runs that train at the same time',
      wholeNumber(1, MAX_PARALLEL),
    )
    .option('--wait', 'with --on: follow the runs to their ends and compare them', false)
    .option('--dry-run', 'with --on: print what would be submitted, and submit nothing', false)
    .addHelpText(
      'after',
      examples(
        'celeba-tui run quick --ci',
        'celeba-tui run multi-output --set training.epochs=2 --seed 7 --ci',
        'celeba-tui run separate multi-output --until-decided --difference 2 --ci',
        'celeba-tui run multi-output --repeat 4 --jobs 2 --ci',
        'celeba-tui run --resume --ci',
        'celeba-tui run multi-output --repeat 10 --on slurm --profile cluster.yaml',
      ),
    )
    .action(
      toAction(async (context, experiments: string[], flags: RunFlags) => {
        const {set, data, seed, ci, resume, on, profile, maxParallel, wait, dryRun, ...rest} =
          flags;
        const names = typeof resume === 'string' ? [resume, ...experiments] : experiments;
        const options = {
          ...{...rest, overrides: set, data, seed, resume: resume !== undefined},
          ...{folder: await findExperimentsFolder(), version: context.version},
        };
        if (on !== undefined) {
          assertNoJobs(options);
          const {runOnCluster} = await import('../run-on-cluster.js');
          // In CI and as JSON, a command that returns at once would tell nothing.
          const isWait = wait || ci || flags.json;
          const cluster = {on, wait: isWait, dryRun, profile, maxParallel};
          return runOnCluster(names, options, cluster, context);
        }
        assertNotWithout('run', '--on slurm', {
          ...{'--profile': profile !== undefined, '--max-parallel': maxParallel !== undefined},
          ...{'--wait': wait, '--dry-run': dryRun},
        });
        if (!(ci || flags.json) && isInteractive(context.openStdin(), context.stdout, context.env))
          return openInterface(names, options, context);
        const {runHeadless} = await import('../run.js');
        return runHeadless(names, options, context);
      }),
    );
};

/** @throws UserError where `--jobs`, which divides one machine, is used with `--on`. */
function assertNoJobs({jobs}: RunOptions): void {
  if (jobs === undefined) return;
  throw new UserError(`run: --jobs ${jobs} is for one machine. Expected no --jobs with --on.`, {
    hint: `To limit the runs on the cluster: --max-parallel ${jobs}`,
  });
}

/** Whether input and output are terminals of a user; `CI` in the environment means no user. */
function isInteractive(
  stdin: {readonly isTTY?: boolean},
  stdout: {readonly isTTY?: boolean},
  env: NodeJS.ProcessEnv,
): boolean {
  const ci = env['CI'] ?? '';
  return stdin.isTTY === true && stdout.isTTY === true && (ci === '' || ci === 'false');
}
