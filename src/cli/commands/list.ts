import {findExperimentsFolder, type AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';

export const addList: AddCommand = (parent, toAction) => {
  parent
    .command('list')
    .description('list the experiments with their latest results')
    .addOption(runsOption())
    .addHelpText('after', examples('celeba-tui list'))
    .action(
      toAction(async (context, {runs}: {readonly runs: string}) => {
        const {runList} = await import('../list.js');
        return runList(await findExperimentsFolder(), runs, context);
      }),
    );
};
