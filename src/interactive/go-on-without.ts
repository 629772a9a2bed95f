import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {queueLog} from '../engine/journal.js';
import type {RunQueue} from '../engine/run-queue.js';
import {childEnvironment} from '../util/child-environment.js';

/**
 * Lets go of what runs. Where runs wait, a process without a terminal takes the queue over: it waits
 * for the trainer that runs and goes on with the rest. What it says is in the queue's log.
 */
export async function goOnWithout(
  queue: RunQueue,
  runs: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const waiting = queue.state.get().items.some(({status}) => status === 'waiting');
  await queue.detach();
  if (!waiting || queue.id === undefined) return;
  const program = fileURLToPath(new URL('../main.js', import.meta.url));
  const log = openSync(queueLog(runs, queue.id), 'a');
  try {
    const args = [program, 'run', '--resume', queue.id, '--runs', runs, '--ci'];
    spawn(process.execPath, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: childEnvironment(env),
    }).unref();
  } finally {
    closeSync(log);
  }
}
