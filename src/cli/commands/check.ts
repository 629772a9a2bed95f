import {cacheFolder} from '../../util/cache-folder.js';
import {findExperimentsFolder, type AddCommand} from '../command.js';
import {dataOption, examples, setOption} from '../options.js';

type CheckFlags = {readonly data?: string; readonly set: string[]};

export const addCheck: AddCommand = (parent, toAction) => {
  parent
    .command('check [experiments...]')
    .description(
      'validate experiments; print the resolved file, layers, shapes and parameter counts; check them against the data, if present',
    )
    .addOption(dataOption())
    .addOption(setOption())
    .addHelpText('after', examples('celeba-tui check multi-output --set data.image.scale=4'))
    .action(
      toAction(async (context, names: string[], {data, set}: CheckFlags) => {
        const {runCheck} = await import('../check.js');
        const options = {
          ...{data, overrides: set},
          ...{folder: await findExperimentsFolder(), cacheFolder: cacheFolder(context.env)},
        };
        return runCheck(names, options, context);
      }),
    );
};
