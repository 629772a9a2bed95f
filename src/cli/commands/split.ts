import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';
import type {SplitFlags} from '../split.js';

export const addSplit: AddCommand = (parent, toAction) => {
  parent
    .command('split <run>')
    .description(
      'write a single-head model for each head, with identical weights, as tfjs layers models',
    )
    .option('--head <name>', 'write the model of this head only')
    .option('--out <dir>', "output folder (default: split/ in the run's folder)")
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'The predictions of each model are identical to those of the whole model for its head. The',
        'command prints the folders, which predict and tf.loadLayersModel read.',
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
