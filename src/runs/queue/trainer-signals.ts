import {realpathSync} from 'node:fs';
import path from 'node:path';
import {lookAtTrainer} from '../run-holder.js';
import type {RunFolder} from '../run-folder.js';
import {describeHolder, UNSEEN} from '../../util/lock-file.js';
import {commandLine, livenessOf} from '../../util/process-identity.js';

/**
 * Signals the trainer of a run that an earlier or another process started. What a run's folder says
 * may come from anywhere and name any process: it is signalled only where the lock of the run names
 * a living process of this place, by id and beginning, whose command line says that it is our
 * trainer, of this very run.
 *
 * @param program Path of the trainer's program.
 * @returns       Why nothing was signalled; undefined where it was, or where nobody trains the run.
 */
export async function signalTrainer(
  folder: RunFolder,
  program: string,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<string | undefined> {
  const look = await lookAtTrainer(folder);
  if (!look.held) return undefined;
  const {holder} = look;
  const who = `${folder.id} is trained by ${describeHolder(holder)}`;
  if (livenessOf(holder) !== 'alive') return `${who}. ${UNSEEN}: stop it there.`;
  if (!isTrainerOf(commandLine(holder.pid), program, folder.path))
    return `${who}, and nothing shows that this process is its trainer. It is not signalled; look at it with: ps -p ${holder.pid}`;
  try {
    process.kill(holder.pid, signal);
    return undefined;
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    return code === 'ESRCH' ? undefined : `${who}, and may not be signalled: ${code}.`;
  }
}

/** The program may be another copy of ours; the folder may be named by another way to it. */
function isTrainerOf(
  command: readonly string[] | undefined,
  program: string,
  folder: string,
): boolean {
  const ending = path.join(path.sep, path.basename(path.dirname(program)), path.basename(program));
  return (
    command?.some((argument, index) => {
      const [run] = command.slice(index + 1);
      return argument.endsWith(ending) && run !== undefined && isSameFolder(run, folder);
    }) ?? false
  );
}

function isSameFolder(first: string, second: string): boolean {
  try {
    return realpathSync(first) === realpathSync(second);
  } catch {
    return false;
  }
}
