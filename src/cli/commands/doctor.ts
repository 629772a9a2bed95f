import type {AddCommand} from '../command.js';
import {examples, runsOption} from '../options.js';
import type {DoctorFlags} from '../doctor.js';

export const addDoctor: AddCommand = (parent, toAction) => {
  parent
    .command('doctor')
    .description('check terminal, Node, backend, cache and data; say how to fix what is wrong')
    .option('--fix', 'build the native backend', false)
    .option('--data <dir>', 'where the images are', 'data/celeba')
    .addOption(runsOption())
    .addHelpText('after', examples('celeba-tui doctor --fix'))
    .action(
      toAction(async (context, flags: DoctorFlags) =>
        (await import('../doctor.js')).runDoctor(flags, context, context.env),
      ),
    );
};
