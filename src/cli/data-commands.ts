import {InvalidArgumentError, Option, type Command} from 'commander';
import {parseSize} from './data-cache.js';
import {collect, wholeNumber} from './options.js';
import type {Actions, DataFlags} from './actions.js';

/** The commands below `data`. */
export function addDataCommands(program: Command, actions: Actions): void {
  const data = program.command('data').description('look at the images');
  data
    .command('sample')
    .description('draw the sample faces, where they are not there yet')
    .option('--json', 'progress and result as JSON Lines', false)
    .addHelpText('after', '\nExample:\n  celeba-tui data sample')
    .action((options: Pick<DataFlags, 'json'>) =>
      actions.data('sample', undefined, {...options, set: []}),
    );
  data
    .command('info [experiment]')
    .description('what a data set holds: counts, balance, strata of the heads')
    .option('--data <dir>', 'where the images are')
    .option('--json', 'as JSON', false)
    .addHelpText('after', '\nExample:\n  celeba-tui data info multi-output --data data/celeba')
    .action((experiment: string | undefined, options: Omit<DataFlags, 'set'>) =>
      actions.data('info', experiment, {...options, set: []}),
    );
  data
    .command('prepare <experiment>')
    .description(
      'decode the images of an experiment into the cache, so that its runs start at once',
    )
    .option('--data <dir>', 'where the images are')
    .option('--set <key=value>', 'override a key of the file; repeatable', collect, [])
    .option('--json', 'progress and result as JSON Lines', false)
    .addHelpText('after', '\nExample:\n  celeba-tui data prepare multi-output --data data/celeba')
    .action((experiment: string, options: DataFlags) =>
      actions.data('prepare', experiment, options),
    );
  data
    .command('cache')
    .description('the decoded images that are kept: list them, or remove those used longest ago')
    .option('--max-size <size>', 'remove until at most so much is left, such as 2GB', size)
    .option('--clear', 'remove all that no running program uses', false)
    .option('--json', 'as JSON', false)
    .addHelpText('after', '\nExample:\n  celeba-tui data cache --max-size 2GB')
    .action(actions.dataCache);
  data
    .command('fetch [experiment]')
    .description('fetch CelebA from Hugging Face: all of it, or as much as an experiment needs')
    .option('--data <dir>', 'the folder that is made', 'data/celeba')
    .option('--from <url>', 'the server', 'https://huggingface.co')
    .option('--repository <name>', 'the repository on it', 'flwrlabs/celeba')
    .option('--revision <name>', 'a branch, tag or commit of it', 'main')
    .addOption(
      new Option('--split <part>', 'one part alone').choices(['train', 'validation', 'test']),
    )
    .option('--count <n>', 'images of each part, at most', wholeNumber(1, 10_000_000))
    .option('--yes', 'the licence is accepted: do not ask', false)
    .option('--json', 'progress and result as JSON Lines', false)
    .addHelpText(
      'after',
      '\nExamples:\n  celeba-tui data fetch multi-output\n  celeba-tui data fetch --split train --count 5000 --yes',
    )
    .action(actions.dataFetch);
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError(
    `Expected a size such as 2GB, 500MB or 0; received ${JSON.stringify(text)}.`,
  );
}
