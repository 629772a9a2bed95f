import type {AddCommand} from '../command.js';

export const addSchema: AddCommand = (parent, toAction) => {
  parent
    .command('schema')
    .description('print the JSON Schema of the experiment file')
    .action(
      toAction(async ({stdout}) => {
        const {schemaText} = await import('../../experiment/json-schema.js');
        stdout.write(schemaText());
        return 0;
      }),
    );
};
