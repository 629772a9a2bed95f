import type {AddCommand} from '../command.js';
import {runsOption, wholeNumber} from '../options.js';
import type {TaskFlags} from '../run-task.js';

const MAX_INDEX = 4_000_000;

/** Trains one run of a queue on a cluster's node. A script that `run --on slurm` submits calls it. */
export const addRunTask: AddCommand = (parent, toAction) => {
  parent
    .command('run-task <index>', {hidden: true})
    .description('train one run of a queue on a node of a cluster; run --on slurm submits it')
    .requiredOption('--queue <id>', 'queue of the run')
    .requiredOption('--array <n>', 'array of the queue', wholeNumber(1, MAX_INDEX))
    .addOption(runsOption())
    .action(
      toAction(async (context, index: string, flags: TaskFlags) =>
        (await import('../run-task.js')).runTask(Number(index), flags, context),
      ),
    );
};
