import {Option} from 'commander';
import type {Fit} from '../../data/image/fit.js';
import {abortOnInterrupt, type AddCommand} from '../command.js';
import {examples, runsOption, wholeNumber} from '../options.js';
import type {PredictFlags} from '../predict.js';

const fits = ['stretch', 'crop'] as const satisfies readonly Fit[];

export const addPredict: AddCommand = (parent, toAction) => {
  parent
    .command('predict <run> [images...]')
    .description(
      'what the models of a run, or those in a folder, say of images: every head, with its probability',
    )
    .option('--json', 'as JSON Lines', false)
    .addOption(new Option('--csv', 'as CSV: a row for each image and head').conflicts('json'))
    .option('--files-from <file>', 'names of images, one a line; - is standard input')
    .option('--batch <n>', "images at a time; the run's own", wholeNumber(1, 65_536))
    .addOption(
      new Option('--fit <how>', 'what happens to images of other proportions')
        .choices(fits)
        .default('stretch'),
    )
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'IMAGE is a file, a folder (all images below it) or - for the bytes of one image.',
        'yes and no say whether an attribute is there; the number is its probability.',
        'An image that cannot be used is a line with the reason; the exit code is then 3.',
        examples(
          'celeba-tui predict latest portrait.jpg holiday/',
          'celeba-tui predict multi-output photos --csv > predictions.csv',
          'find photos -name "*.png" -print0 | celeba-tui predict latest --files-from - --json',
          'celeba-tui predict runs/20261124-143205-multi-output-a1b2/split/Smiling - < portrait.jpg',
        ),
      ].join('\n'),
    )
    .action(
      toAction(async (context, run: string, images: string[], flags: PredictFlags) => {
        const signal = abortOnInterrupt(context);
        const {runPredict} = await import('../predict.js');
        const {env, stdout} = context;
        return runPredict(run, images, flags, context, {env, signal, isTerminal: stdout.isTTY});
      }),
    );
};
