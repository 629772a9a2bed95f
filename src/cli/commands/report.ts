import {Option} from 'commander';
import {cacheFolder} from '../../util/cache-folder.js';
import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';
import type {ReportFlags} from '../report.js';

const formats = ['html', 'md'] as const satisfies readonly ReportFlags['format'][];

export const addReport: AddCommand = (parent, toAction) => {
  parent
    .command('report <runs...>')
    .description(
      'one page with the verdict, charts and everything behind them, in a file of its own that opens without a network; RUN as in compare',
    )
    .addOption(
      new Option('--format <format>', 'a page, or Markdown for a pull request (to stdout)')
        .choices(formats)
        .default('html'),
    )
    .option(
      '--out <file>',
      "where it is written, - for stdout; otherwise into the run's folder, or for several runs into a new folder in comparisons/",
    )
    .option(
      '--faces',
      'with images of mistakes: research only, keep such a page to yourself',
      false,
    )
    .option('--each', 'a row for each run: seeds are not put together', false)
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        examples(
          'celeba-tui report latest',
          'celeba-tui report separate multi-output --out verdict.html',
          'celeba-tui report scale-factor --format md | gh pr comment --body-file -',
        ),
        '',
        'In GitHub Actions run, compare and report add the Markdown to the summary of the step by themselves.',
      ].join('\n'),
    )
    .action(
      toAction(async (context, names: string[], flags: ReportFlags) => {
        const {runReport} = await import('../report.js');
        return runReport(names, flags, {...context, cacheFolder: cacheFolder(context.env)});
      }),
    );
};
