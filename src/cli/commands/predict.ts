import {Option} from 'commander';
import type {Fit} from '../../data/image/area-filter.js';
import {abortOnInterrupt, type AddCommand} from '../command.js';
import {examples, runsOption, wholeNumber} from '../options.js';
import type {PredictFlags} from '../predict.js';

const fits = ['stretch', 'crop'] as const satisfies readonly Fit[];

export const addPredict: AddCommand = (parent, toAction) => {
  parent
    .command('predict <run> [images...]')
    .description(
      'classify images with the models of a run or a folder: every head with its probability',
    )
    .option('--json', 'print JSON Lines', false)
    .addOption(new Option('--csv', 'print CSV: one row per image and head').conflicts('json'))
    .option(
      '--files-from <file>',
      'read image names from a file, one per line; - is standard input',
    )
    .option('--batch <n>', 'images per batch (default: that of the run)', wholeNumber(1, 65_536))
    .addOption(
      new Option('--fit <how>', 'how to fit images of other proportions')
        .choices(fits)
        .default('stretch'),
    )
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'IMAGE is a file, a folder (with all images below it) or - for one image on standard input.',
        'yes means that the image has the attribute; the number is its probability.',
        'An image that cannot be read gets a line with the reason, and the exit code is 3.',
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
