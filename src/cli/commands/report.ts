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
      'write one HTML page with the verdict, charts and tables, which needs no network; RUN as in compare',
    )
    .addOption(
      new Option('--format <format>', 'html: a page; md: Markdown for a pull request, on stdout')
        .choices(formats)
        .default('html'),
    )
    .option(
      '--out <file>',
      "output file, - for stdout (default: in the run's folder; for several runs, in a new folder of comparisons/)",
    )
    .option(
      '--faces',
      'include images of mistakes: for research only, keep the page to yourself',
      false,
    )
    .option('--each', 'show each run as a row, without grouping seeds', false)
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
        'In GitHub Actions, run, compare and report also add the Markdown to the step summary.',
      ].join('\n'),
    )
    .action(
      toAction(async (context, names: string[], flags: ReportFlags) => {
        const {runReport} = await import('../report.js');
        return runReport(names, flags, {...context, cacheFolder: cacheFolder(context.env)});
      }),
    );
};
