import {Option} from 'commander';
import {abortOnInterrupt, findExperimentsFolder, type AddCommand} from '../command.js';
import {examples, wholeNumber} from '../options.js';
import type {Part} from '../../data/layouts/shards.js';

const parts = ['train', 'validation', 'test'] as const satisfies readonly Part[];

type DataFetchFlags = {
  readonly data: string;
  readonly from: string;
  readonly repository: string;
  readonly revision: string;
  readonly split?: Part;
  readonly count?: number;
  readonly yes: boolean;
  readonly json: boolean;
};

export const addDataFetch: AddCommand = (parent, toAction) => {
  parent
    .command('fetch [experiment]')
    .description('fetch CelebA from Hugging Face: all of it, or as much as an experiment needs')
    .option('--data <dir>', 'the folder that is made', 'data/celeba')
    .option('--from <url>', 'the server', 'https://huggingface.co')
    .option('--repository <name>', 'the repository on it', 'flwrlabs/celeba')
    .option('--revision <name>', 'a branch, tag or commit of it', 'main')
    .addOption(new Option('--split <part>', 'one part alone').choices(parts))
    .option('--count <n>', 'images of each part, at most', wholeNumber(1, 10_000_000))
    .option('--yes', 'the licence is accepted: do not ask', false)
    .option('--json', 'progress and result as JSON Lines', false)
    .addHelpText(
      'after',
      examples(
        'celeba-tui data fetch multi-output',
        'celeba-tui data fetch --split train --count 5000 --yes',
      ),
    )
    .action(
      toAction(async (context, experiment: string | undefined, flags: DataFetchFlags) => {
        const signal = abortOnInterrupt(context);
        const {runDataFetch} = await import('../data-fetch.js');
        const {repository: name, split, count, ...rest} = flags;
        const folder = await findExperimentsFolder();
        const options = {...rest, name, split, count, experiment, folder, signal};
        return runDataFetch(options, context.openStdin(), context);
      }),
    );
};
