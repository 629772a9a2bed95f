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
      toAction(async (context, experiment: string, {set, ...flags}: DataPrepareFlags) => {
        const signal = abortOnInterrupt(context);
        const {prepareDataOf} = await import('../data.js');
        const options = {
          ...{...flags, signal},
          ...{folder: await findExperimentsFolder(), cacheFolder: cacheFolder(context.env)},
        };
        return prepareDataOf(experiment, set, options, context);
      }),
    );
};
