import {cacheFolder} from '../../util/cache-folder.js';
import {abortOnInterrupt, type AddCommand} from '../command.js';
import {examples} from '../options.js';

export const addDataSample: AddCommand = (parent, toAction) => {
  parent
    .command('sample')
    .description('draw the sample faces, where they are not there yet')
    .option('--json', 'progress and result as JSON Lines', false)
    .addHelpText('after', examples('celeba-tui data sample'))
    .action(
      toAction(async (context, {json}: {readonly json: boolean}) => {
        const signal = abortOnInterrupt(context);
        const {runDataSample} = await import('../data.js');
        return runDataSample({json, signal, cacheFolder: cacheFolder(context.env)}, context);
      }),
    );
};
