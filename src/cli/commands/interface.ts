import type {Command} from 'commander';
import type {RunOptions} from '../../app/load-jobs.js';
import type {LookFlags} from '../../app/start.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {findExperimentsFolder, type CommandContext, type ToAction} from '../command.js';
import {addLookOptions, dataOption, examples, runsOption} from '../options.js';

type InterfaceFlags = LookFlags & {readonly runs: string; readonly data?: string};

/** Without a command, the program opens the interface. */
export function addInterface(
  program: Command,
  toAction: ToAction,
  assertUsage: (program: Command) => void,
): void {
  const open = toAction(async (context, flags: InterfaceFlags) => {
    const {runOptionDefaults} = await import('../../app/load-jobs.js');
    const options = {
      ...{...runOptionDefaults, ...flags, data: flags.data},
      ...{folder: await findExperimentsFolder(), version: context.version},
    };
    return openInterface([], options, context);
  });
  program.addOption(dataOption()).addOption(runsOption());
  addLookOptions(program)
    .addHelpText(
      'after',
      examples(
        'celeba-tui run quick --ci',
        'celeba-tui run separate multi-output --ci --data data/celeba',
        'celeba-tui compare separate multi-output',
      ),
    )
    .action((flags: InterfaceFlags, command: Command) => {
      assertUsage(command);
      return open(flags);
    });
}

/** Loads and opens the interface. Named experiments start at once. */
export async function openInterface(
  names: readonly string[],
  options: RunOptions & LookFlags,
  context: CommandContext,
): Promise<ExitCode> {
  const {runInTerminal} = await import('../../tui/services/run-in-terminal.js');
  const {stdout, stderr, env, signals, now, random} = context;
  const stdin = context.openStdin();
  stdin.on('end', signals.close).on('error', signals.close);
  return runInTerminal(names, options, {stdin, stdout, stderr, env, signals, now, random});
}
