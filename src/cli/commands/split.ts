import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';
import type {SplitFlags} from '../split.js';

export const addSplit: AddCommand = (parent, toAction) => {
  parent
    .command('split <run>')
    .description('one single-head model for each head, with equal weights, as tfjs layers models')
    .option('--head <name>', 'only this one')
    .option('--out <dir>', "where they go; the run's folder split/")
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'Each model answers exactly as the whole one does for its head. Prints their folders,',
        'which predict and tf.loadLayersModel read.',
        examples(
          'celeba-tui split multi-output',
          'celeba-tui split latest --head Smiling --out models',
        ),
      ].join('\n'),
    )
    .action(
      toAction(async (context, run: string, flags: SplitFlags) => {
        const {runSplit} = await import('../split.js');
        return runSplit(run, flags, context);
      }),
    );
};
