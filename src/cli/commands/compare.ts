import {Option} from 'commander';
import type {CsvRows} from '../../report/formats.js';
import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';
import type {CompareFlags} from '../compare.js';

const formats = ['table', 'json', 'csv', 'md'] as const satisfies readonly CompareFlags['format'][];
const csvRows = ['runs', 'heads', 'pairs'] as const satisfies readonly CsvRows[];

export const addCompare: AddCommand = (parent, toAction) => {
  parent
    .command('compare <runs...>')
    .description(
      'runs side by side, with the verdict on their differences; RUN is an id, a unique prefix, an experiment (its latest runs, seeds put together) or latest',
    )
    .addOption(
      new Option('--format <format>', 'how it is written').choices(formats).default('table'),
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
      examples(
        'celeba-tui compare separate multi-output',
        'celeba-tui compare scale-factor --sort data.image.scale --format md',
        'celeba-tui compare separate multi-output --format csv --rows pairs > pairs.csv',
      ),
    )
    .action(
      toAction(async (context, names: string[], flags: CompareFlags) => {
        const {runCompare} = await import('../compare.js');
        return runCompare(names, flags, context);
      }),
    );
};
