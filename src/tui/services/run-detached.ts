import {spawn} from 'node:child_process';
import {closeSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {journalFile} from '../../runs/queue/journal.js';
import type {RunQueue} from '../../runs/queue/run-queue.js';
import {childEnvironment} from '../../util/child-environment.js';
import {openForAppendSync} from '../../util/safe-file.js';

/**
 * Lets go of what runs. Where runs wait, a process without a terminal takes the queue over: it waits
 * for the trainer that runs and goes on with the rest. What it says is in the queue's log.
 */
export async function runDetached(
  queue: RunQueue,
  runs: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const isOneLeft = await queue.detach();
  if (!isOneLeft || queue.id === undefined) return;
  const program = fileURLToPath(new URL('../../main.js', import.meta.url));
  const log = openForAppendSync(journalFile(runs, queue.id, 'log'));
  try {
    const args = [program, 'run', '--resume', queue.id, '--unattended', '--runs', runs, '--ci'];
    spawn(process.execPath, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: childEnvironment(env),
    }).unref();
  } finally {
    closeSync(log);
  }
}
