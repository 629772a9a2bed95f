import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {BatchWorker} from '../../src/util/batch-worker.js';
import {UserError} from '../../src/util/user-error.js';
import {inProcess, inThread, Worker, WorkerDied} from '../../src/util/worker.js';

type Request = {readonly unit: string} | {readonly divide: readonly number[]};
type Answer = string | readonly string[];

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../fixtures/workers');
const program = path.join(folder, 'divider.mjs');
const asProcess = () => inProcess(program, {name: 'the divider', env: process.env});

describe.each([
  ['process', asProcess],
  ['thread', () => inThread(program)],
])('a worker in a %s', (_, connect) => {
  it('answers requests after its opening one, each with its own answer or error', async () => {
    const worker = new Worker<Request, Answer>(connect(), {unit: 'm'});
    const answers = [
      worker.ask({divide: [4]}),
      worker.ask({divide: [-1]}),
      worker.ask({divide: [5]}),
    ];
    expect(await answers[0]).toEqual(['25 m']);
    await expect(answers[1]).rejects.toThrow('-1 is negative');
    expect(await answers[2]).toEqual(['20 m']);
    expect(await worker.open()).toBe('in m');
    worker.kill();
  });

  it('passes on a UserError with its hint and exit code', async () => {
    const worker = new Worker<Request, Answer>(connect(), {unit: 'none'});
    const error: unknown = await worker.ask({divide: [4]}).catch((thrown: unknown) => thrown);
    expect(error).toEqual(new UserError('No such unit.', {hint: 'Name one.', exitCode: 4}));
    worker.kill();
  });

  it('rejects what waits when it is ended, and takes nothing more', async () => {
    const worker = new Worker<Request, Answer>(connect(), {unit: 'm'});
    await worker.open();
    const waiting = worker.ask({divide: [4]});
    worker.kill();
    await expect(waiting).rejects.toThrow(WorkerDied);
    await expect(worker.ask({divide: [4]})).rejects.toThrow(WorkerDied);
  });
});

describe('a worker that dies', () => {
  it('says how it ended, with its last words, and starts once more with the next request', async () => {
    const worker = new Worker<Request, Answer>(asProcess(), {unit: 'm'});
    const both = [worker.ask({divide: [0]}), worker.ask({divide: [4]})];
    for (const answer of both)
      await expect(answer).rejects.toThrow('the divider ended with SIGKILL: division by zero');
    expect(await worker.ask({divide: [4]})).toEqual(['25 m']);
    worker.kill();
  });

  it('without having begun fails each request, and is tried again at the next', async () => {
    const worker = new Worker<number, number>(inThread(path.join(folder, 'not-there.mjs')));
    const asked = [worker.ask(1), worker.ask(2)];
    for (const answer of asked) await expect(answer).rejects.toThrow('not-there.mjs');
    await expect(worker.ask(3)).rejects.toThrow('not-there.mjs');
  });
});

describe('a worker that takes batches', () => {
  const batchWorker = (signal = new AbortController().signal, unit = 'm') =>
    new BatchWorker<number, Request, Answer, string>({
      connect: asProcess(),
      opening: {unit},
      toRequest: divide => ({divide}),
      toResults: answer => answer as readonly string[],
      onCulprit: (number, {message}) => `${number}: ${message}`,
      signal,
    });

  it('names the item that ends it, and gives all others their results, those of the batch beside it too', async () => {
    const worker = batchWorker();
    const [first, second, third] = await Promise.all([
      worker.resultsOf([1, 2]),
      worker.resultsOf([4, 0, 5]),
      worker.resultsOf([10]),
    ]);
    expect(first).toEqual(['100 m', '50 m']);
    expect(second).toEqual(['25 m', '0: the divider ended with SIGKILL: division by zero', '20 m']);
    expect(third).toEqual(['10 m']);
    expect(worker.waiting).toBe(0);
    worker.kill();
  });

  it('gives up after twenty deaths', async () => {
    const worker = batchWorker();
    const zeros = new Array<number>(21).fill(0);
    await expect(worker.resultsOf(zeros)).rejects.toThrow('the divider ended with SIGKILL');
    worker.kill();
  });

  it('does not take a worker that cannot begin for the work of an item', async () => {
    await expect(batchWorker(undefined, 'none').resultsOf([4])).rejects.toThrow('No such unit.');
  });

  it('rejects what waits with the reason of an abort', async () => {
    const controller = new AbortController();
    const worker = batchWorker(controller.signal);
    await worker.open();
    const waiting = worker.resultsOf([0]);
    controller.abort(new Error('enough'));
    worker.kill();
    await expect(waiting).rejects.toThrow('enough');
  });
});
