import {randomBytes} from 'node:crypto';
import {unlink} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import * as z from 'zod';
import {parseJson} from '../../util/json-file.js';
import {entryAt, listPlainFolder, makePlainFolder, readPlainFile} from '../../util/safe-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {writeAtomic} from '../../util/write-atomic.js';
import {isQueueHeld, journalFile} from '../run-holder.js';
import {RunJob} from './journal.js';

/** How often the process that works on a queue looks for commands. */
const POLL_MS = 500;
/** How often a sender looks whether its command was taken. */
const LOOK_MS = 100;
/** How long a sender waits. */
const ANSWER_MS = 10_000;
/** Ten thousand runs that are added take about 30 MB. */
const MAX_BYTES = 64_000_000;
const ENDING = '.json';

/** What a person asks of a queue, from whichever process. A key names a run of the queue. */
export const QueueCommand = z.discriminatedUnion('type', [
  z.object({type: z.literal('pause'), key: z.string()}),
  z.object({type: z.literal('resume'), key: z.string()}),
  /** Stop this run with a checkpoint, and start the next one. */
  z.object({type: z.literal('skip'), key: z.string()}),
  /** Stop the active run with a checkpoint, and start no other. */
  z.object({type: z.literal('stop')}),
  z.object({
    type: z.literal('move'),
    key: z.string(),
    by: z.union([z.literal(-1), z.literal(1)]),
  }),
  z.object({type: z.literal('remove'), key: z.string()}),
  z.object({type: z.literal('add'), jobs: z.array(RunJob)}),
]);
export type QueueCommand = z.infer<typeof QueueCommand>;

/**
 * Gives a command to the process that works on a queue, here or on another machine: a file in a
 * folder beside the journal, which that process removes as it takes the command. What follows from
 * the command is in the journal and in the logs of the runs.
 *
 * @throws UserError where no process works on the queue or it does not answer; the command is then
 *   withdrawn.
 */
export async function sendCommand(
  runs: string,
  id: string,
  command: QueueCommand,
  answerMs = ANSWER_MS,
): Promise<void> {
  if (!(await isQueueHeld(runs, id))) throw holderGone(id);
  const folder = commandFolder(runs, id);
  await makePlainFolder(folder);
  const file = path.join(folder, nextName());
  await writeAtomic(file, JSON.stringify(command));
  const endMs = performance.now() + answerMs;
  for (;;) {
    if ((await entryAt(file)) === undefined) return;
    const isHeld = await isQueueHeld(runs, id);
    if (!isHeld || performance.now() > endMs) {
      if (!(await removeFile(file))) return;
      throw isHeld ? noAnswer(id, answerMs) : holderGone(id);
    }
    await sleep(LOOK_MS);
  }
}

export type CommandHandlers = {
  readonly onCommand: (command: QueueCommand) => void;
  /** Receives what is wrong with a command that cannot be used. */
  readonly onFault: (fault: string) => void;
};

/** Follows the commands to a queue until it is closed. */
export class CommandInbox {
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;

  constructor(runs: string, id: string, handlers: CommandHandlers) {
    this.#done = this.#follow(commandFolder(runs, id), handlers);
  }

  /** Resolves when no further command is taken: a sender learns that from its file. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }

  async #follow(folder: string, {onCommand, onFault}: CommandHandlers): Promise<void> {
    const {signal} = this.#closing;
    while (!signal.aborted) {
      for (const name of await namesIn(folder)) {
        if (signal.aborted) break;
        const command = await takeCommand(path.join(folder, name));
        if (typeof command === 'string') onFault(`A command to the queue, ${name}: ${command}`);
        else if (command !== undefined) onCommand(command);
      }
      await sleep(POLL_MS, undefined, {signal}).catch(() => {});
    }
  }
}

function commandFolder(runs: string, id: string): string {
  return journalFile(runs, id, 'commands');
}

let sent = 0;

/** Names sort in the order in which a process sends them. */
function nextName(): string {
  const digits = [String(Date.now()).padStart(15, '0'), String(++sent).padStart(6, '0')];
  return `${digits.join('-')}-${randomBytes(4).toString('hex')}${ENDING}`;
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await listPlainFolder(folder).catch(() => []);
  return entries
    .map(({name}) => name)
    .filter(name => name.endsWith(ENDING))
    .sort();
}

/** @returns What is wrong with it; undefined where its sender has withdrawn it. */
async function takeCommand(file: string): Promise<QueueCommand | string | undefined> {
  const text = await readPlainFile(file, MAX_BYTES).catch(messageOf);
  if (!(await removeFile(file).catch(() => false))) return undefined;
  if (typeof text === 'string') return text;
  try {
    return parseJson(text.toString(), QueueCommand);
  } catch (error) {
    return messageOf(error);
  }
}

/** Returns whether this process removed it: a command is either taken or withdrawn. */
async function removeFile(file: string): Promise<boolean> {
  try {
    await unlink(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function holderGone(id: string): UserError {
  return new UserError(
    `No program works on this queue any more. To resume it: celeba-tui run --resume ${id}`,
    {exitCode: 1},
  );
}

function noAnswer(id: string, answerMs: number): UserError {
  return new UserError(
    `The program that works on the queue ${id} did not answer within ${Math.round(answerMs / 1000)} s. It may be suspended. Nothing was changed; try again later.`,
    {exitCode: 1},
  );
}
