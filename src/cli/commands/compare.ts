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
      'compare runs, with a verdict on their differences; RUN is an id, a unique prefix, an experiment (its latest runs, seeds grouped) or latest',
    )
    .addOption(new Option('--format <format>', 'output format').choices(formats).default('table'))
    .addOption(
      new Option(
        '--rows <what>',
        'rows of --format csv: runs, heads of each run, or differences of each pair (default: runs)',
      ).choices(csvRows),
    )
    .option('--sort <column>', 'sort the rows by a column, such as Smiling.accuracy or -seconds')
    .option('--all', 'show columns whose rows are all equal, too', false)
    .option('--transpose', 'show each run as a column', false)
    .option('--each', 'show each run as a row, without grouping seeds', false)
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
