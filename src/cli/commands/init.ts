import type {AddCommand} from '../command.js';

export const addInit: AddCommand = (parent, toAction) => {
  parent
    .command('init')
    .description('copy the example experiments into ./experiments')
    .action(
      toAction(async ({stdout}) => {
        const {copyExamples} = await import('../../app/copy-examples.js');
        for (const {name, isNew} of await copyExamples(process.cwd()))
          stdout.write(`${isNew ? 'made ' : 'kept '} experiments/${name}\n`);
        return 0;
      }),
    );
};
