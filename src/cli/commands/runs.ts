import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';
import type {RunsFlags} from '../runs.js';

export const addRuns: AddCommand = (parent, toAction) => {
  parent
    .command('runs')
    .description('list the runs, newest first, with their status')
    .option('--filter <text>', 'list only runs that fit, such as "status=failed Smiling>0.8 faces"')
    .option('--json', 'print the facts of each run as JSON', false)
    .option('--trash', 'list the deleted runs instead', false)
    .option('--restore <runs...>', 'restore deleted runs, by id or unique prefix')
    .option('--empty-trash', 'remove the deleted runs permanently', false)
    .option('--dismiss', 'no longer offer to resume interrupted runs', false)
    .addOption(runsOption())
    .addHelpText(
      'after',
      examples(
        'celeba-tui runs --runs results',
        'celeba-tui runs --filter "status=completed Smiling>0.8 image.scale=0.5"',
        'celeba-tui runs --json --filter tag:paper > runs.json',
        'celeba-tui runs --restore 20261124-143205-quick-3f2a',
      ),
    )
    .action(
      toAction(async (context, flags: RunsFlags) =>
        (await import('../runs.js')).runRuns(flags, context),
      ),
    );
};
