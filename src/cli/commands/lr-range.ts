import {InvalidArgumentError} from 'commander';
import {cacheFolder} from '../../util/cache-folder.js';
import {abortOnInterrupt, findExperimentsFolder, type AddCommand} from '../command.js';
import type {LrRangeFlags} from '../lr-range.js';
import {dataOption, examples, setOption, wholeNumber} from '../options.js';

export const addLrRange: AddCommand = (parent, toAction) => {
  parent
    .command('lr-range <experiment>')
    .description(
      'raise the learning rate over some hundred steps of training, draw the loss, and name a rate (Smith 2017); writes no run',
    )
    .addOption(dataOption())
    .addOption(setOption())
    .option('--steps <n>', 'updates of the weights', wholeNumber(20, 10_000), 200)
    .option('--from <rate>', 'first learning rate', rate, 1e-6)
    .option('--to <rate>', 'last learning rate', rate, 10)
    .option('--ascii', 'use ASCII characters only', false)
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      [
        '',
        'The named rate is a tenth of the one with the lowest smoothed loss: there the loss still falls.',
        'Schedule and warm-up are left out; everything else is as in a run.',
        examples(
          'celeba-tui lr-range multi-output',
          'celeba-tui lr-range multi-output --set "training.optimizer={sgd: {}}" --json',
        ),
      ].join('\n'),
    )
    .action(
      toAction(async (context, experiment: string, flags: LrRangeFlags) => {
        const signal = abortOnInterrupt(context);
        const {runLrRange} = await import('../lr-range.js');
        const {env, stdout} = context;
        const folder = await findExperimentsFolder();
        const columns = stdout.columns ?? 80;
        const deps = {folder, cacheFolder: cacheFolder(env), env, signal, columns};
        return runLrRange(experiment, flags, deps, context);
      }),
    );
};

function rate(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 1e-30 && value <= 1000) return value;
  throw new InvalidArgumentError(
    `Expected a learning rate from 1e-30 to 1000; received ${JSON.stringify(text)}.`,
  );
}
