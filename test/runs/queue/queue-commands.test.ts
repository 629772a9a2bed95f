import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it, onTestFinished} from 'vitest';
import {readJournal} from '../../../src/runs/queue/journal.js';
import {QueueJournal} from '../../../src/runs/queue/queue-journal.js';
import {sendCommand, type QueueCommand} from '../../../src/runs/queue/queue-commands.js';
import {RunQueue} from '../../../src/runs/queue/run-queue.js';
import {RunFolder} from '../../../src/runs/run-folder.js';
import {journalFile} from '../../../src/runs/run-holder.js';
import {thisProcess} from '../../../src/util/process-identity.js';
import {tinyExperiment} from '../../helpers/experiments.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const id = '20260101-000000-00000001';
const trainerProgram = fileURLToPath(
  new URL('../../fixtures/trainers/ignores-stop.mjs', import.meta.url),
);
const job = {experiment: tinyExperiment(), file: 'tiny', variant: {}};

/** A queue of three, whose first run never ends by itself. */
async function workingQueue() {
  const runs = temporaryFolder();
  const notices: string[] = [];
  let count = 0;
  const queue = new RunQueue({
    trainerProgram,
    env: process.env,
    failFast: false,
    now: () => 0,
    journal: new QueueJournal(runs, id, {backend: 'auto', failFast: false}),
    createRun: () => {
      const folder = new RunFolder(path.join(runs, `20260101-000000-tiny-000${++count}`));
      mkdirSync(folder.path);
      return Promise.resolve(folder);
    },
    onNotice: text => notices.push(text),
  });
  queue.add([job, job, job]);
  const worked = queue.start();
  onTestFinished(async () => {
    await queue.kill();
    await worked;
  });
  await expect
    .poll(() => queue.state.get().items[0]?.folder, {timeout: 30_000})
    .not.toBeUndefined();
  const send = (command: QueueCommand): Promise<void> => sendCommand(runs, id, command, 30_000);
  return {runs, queue, notices, send};
}

/** The keys that another terminal reads from the journal. */
async function journaledKeys(runs: string): Promise<string[] | undefined> {
  const {journal} = await readJournal(runs, id);
  return journal?.items.map(({key}) => key);
}

function heldBy(runs: string, holder: object): void {
  mkdirSync(path.join(runs, '.queue'), {recursive: true});
  writeFileSync(journalFile(runs, id, 'lock'), JSON.stringify(holder));
}

describe('a command to the queue of another process', () => {
  it('is refused where no process works on the queue, with the command that resumes it', async () => {
    const runs = temporaryFolder();
    await expect(sendCommand(runs, id, {type: 'stop'})).rejects.toThrow(
      `No program works on this queue any more. To resume it: celeba-tui run --resume ${id}`,
    );
    expect(existsSync(journalFile(runs, id, 'commands'))).toBe(false);
  });

  it('is withdrawn where the process does not answer, and that is said', async () => {
    const runs = temporaryFolder();
    heldBy(runs, thisProcess());
    await expect(sendCommand(runs, id, {type: 'stop'}, 1_000)).rejects.toThrow(
      'did not answer within 1 s. It may be suspended. Nothing was changed',
    );
    expect(readdirSync(journalFile(runs, id, 'commands'))).toEqual([]);
  });

  it('that cannot be read is removed and reported; the next one is obeyed', async () => {
    const {runs, notices, send} = await workingQueue();
    const folder = journalFile(runs, id, 'commands');
    mkdirSync(folder, {recursive: true});
    writeFileSync(path.join(folder, '0-1-torn.json'), '{"type":"remove","ke');
    writeFileSync(path.join(folder, '0-2-unknown.json'), '{"type":"explode"}');
    await send({type: 'remove', key: '2'});
    expect(notices).toEqual([
      expect.stringContaining('A command to the queue, 0-1-torn.json: ') as string,
      expect.stringContaining('A command to the queue, 0-2-unknown.json: type: ') as string,
    ]);
    expect(readdirSync(folder)).toEqual([]);
    await expect.poll(() => journaledKeys(runs)).toEqual(['1', '3']);
  });

  it('changes nothing where its run is not in the queue or does not wait', async () => {
    const {runs, queue, send} = await workingQueue();
    for (const key of ['9', '1']) {
      await send({type: 'remove', key});
      await send({type: 'move', key, by: 1});
    }
    await send({type: 'skip', key: '2'});
    expect(queue.state.get().items.map(({key, run}) => `${key} ${run.status}`)).toEqual([
      '1 starting',
      '2 queued',
      '3 queued',
    ]);
    expect(await journaledKeys(runs)).toEqual(['1', '2', '3']);
  });

  it('moves, removes and adds runs, and every process reads the result in the journal', async () => {
    const {runs, send} = await workingQueue();
    await send({type: 'move', key: '3', by: -1});
    await expect.poll(() => journaledKeys(runs)).toEqual(['1', '3', '2']);
    await send({type: 'add', jobs: [job]});
    await send({type: 'remove', key: '2'});
    await expect.poll(() => journaledKeys(runs)).toEqual(['1', '3', '4']);
  });

  it('stops the active run and starts the next one, and the journal says that it stays stopped', async () => {
    const {runs, queue, send} = await workingQueue();
    await send({type: 'skip', key: '1'});
    await expect
      .poll(() => queue.state.get().items[1]?.run.status, {timeout: 60_000})
      .toBe('starting');
    const {journal} = await readJournal(runs, id);
    expect(journal?.items.map(({isStopped}) => isStopped)).toEqual([true, false, false]);
  });

  it('stops all runs and releases the queue', async () => {
    const {runs, queue, send} = await workingQueue();
    await send({type: 'stop'});
    await expect
      .poll(() => existsSync(journalFile(runs, id, 'lock')), {timeout: 60_000})
      .toBe(false);
    expect(
      queue.state
        .get()
        .items.slice(1)
        .map(({run}) => run.status),
    ).toEqual(['cancelled', 'cancelled']);
    await expect(send({type: 'remove', key: '2'})).rejects.toThrow('run --resume');
  });
});
