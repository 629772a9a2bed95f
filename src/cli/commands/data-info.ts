import {cacheFolder} from '../../util/cache-folder.js';
import {abortOnInterrupt, findExperimentsFolder, type AddCommand} from '../command.js';
import {dataOption, examples} from '../options.js';

type DataInfoFlags = {readonly data?: string; readonly json: boolean};

export const addDataInfo: AddCommand = (parent, toAction) => {
  parent
    .command('info [experiment]')
    .description('what a data set holds: counts, balance, strata of the heads')
    .addOption(dataOption())
    .option('--json', 'as JSON', false)
    .addHelpText('after', examples('celeba-tui data info multi-output --data data/celeba'))
    .action(
      toAction(async (context, experiment: string | undefined, flags: DataInfoFlags) => {
        const signal = abortOnInterrupt(context);
        const {describeDataOf} = await import('../data.js');
        const options = {
          ...{...flags, signal},
          ...{folder: await findExperimentsFolder(), cacheFolder: cacheFolder(context.env)},
        };
        return describeDataOf(experiment, options, context);
      }),
    );
};
