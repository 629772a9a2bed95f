import {cacheFolder} from '../../util/cache-folder.js';
import {abortOnInterrupt, findExperimentsFolder, type AddCommand} from '../command.js';
import {dataOption, examples, setOption} from '../options.js';

type DataPrepareFlags = {
  readonly data?: string;
  readonly set: string[];
  readonly json: boolean;
};

export const addDataPrepare: AddCommand = (parent, toAction) => {
  parent
    .command('prepare <experiment>')
    .description(
      'decode the images of an experiment into the cache, so that its runs start at once',
    )
    .addOption(dataOption())
    .addOption(setOption())
    .option('--json', 'progress and result as JSON Lines', false)
    .addHelpText('after', examples('celeba-tui data prepare multi-output --data data/celeba'))
    .action(
      toAction(async (context, experiment: string, flags: DataPrepareFlags) => {
        const signal = abortOnInterrupt(context);
        const {runData} = await import('../data.js');
        const options = {
          ...{...flags, experiment, signal},
          ...{folder: await findExperimentsFolder(), cacheFolder: cacheFolder(context.env)},
        };
        return runData('prepare', options, context);
      }),
    );
};
