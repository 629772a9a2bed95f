import {Option} from 'commander';
import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';
import type {DoctorFlags} from '../doctor.js';

export const addDoctor: AddCommand = (parent, toAction) => {
  parent
    .command('doctor')
    .description('check terminal, Node, backend, cache and data; say how to fix what is wrong')
    .option('--fix', 'build the native backend', false)
    .option('--data <dir>', 'where the images are', 'data/celeba')
    .addOption(runsOption())
    .addOption(new Option('--on <cluster>', 'check a cluster, too').choices(['slurm']))
    .option('--profile <file>', 'with --on: what each run asks of the cluster, as YAML')
    .addHelpText(
      'after',
      examples('celeba-tui doctor --fix', 'celeba-tui doctor --on slurm --profile cluster.yaml'),
    )
    .action(
      toAction(async (context, flags: DoctorFlags) =>
        (await import('../doctor.js')).runDoctor(flags, context, context.env),
      ),
    );
};
