import {cacheFolder} from '../../util/cache-folder.js';
import {abortOnInterrupt, type AddCommand, type CommandContext} from '../command.js';
import {examples} from '../options.js';

type InitFlags = {readonly from?: string};

export const addInit: AddCommand = (parent, toAction) => {
  parent
    .command('init')
    .description(
      'copy the example experiments into ./experiments, or write one for a folder of images',
    )
    .option('--from <dir>', 'write an experiment on the images of this folder or zip')
    .addHelpText('after', examples('celeba-tui init', 'celeba-tui init --from photos'))
    .action(
      toAction(async (context, {from}: InitFlags) => {
        if (from !== undefined) return initFrom(from, context);
        const {copyExamples} = await import('../../app/copy-examples.js');
        for (const {name, isNew} of await copyExamples(process.cwd()))
          context.stdout.write(`${isNew ? 'made ' : 'kept '} experiments/${name}\n`);
        return 0;
      }),
    );
};

async function initFrom(from: string, context: CommandContext): Promise<0> {
  const {writeExperimentFrom} = await import('../../app/experiment-from.js');
  const {printable} = await import('../../util/format.js');
  const {name, file} = await writeExperimentFrom(from, process.cwd(), {
    cacheFolder: cacheFolder(context.env),
    signal: abortOnInterrupt(context),
    onProgress: () => {},
    onWarning: text => context.stderr.write(`note: ${printable(text)}\n`),
  });
  context.stdout.write(`made  ${printable(file)}\nNext: celeba-tui run ${printable(name)}\n`);
  return 0;
}
