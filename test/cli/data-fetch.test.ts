import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {PassThrough, Writable} from 'node:stream';
import {beforeEach, describe, expect, it} from 'vitest';
import {runDataFetch, type DataFetchOptions} from '../../src/cli/data-fetch.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {serveParquet, type Answer, type ParquetServer} from '../helpers/parquet-server.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {parquetOf} from '../helpers/write-parquet.js';
import type {LabelledPicture} from '../helpers/write-tfrecord.js';

const rows: readonly LabelledPicture[] = Array.from({length: 60}, (_, index) => ({
  name: `${String(index + 1).padStart(6, '0')}.jpg`,
  bytes: Buffer.from(Array.from({length: 2000}, (_byte, at) => (at * 7919 + index * 104_729) >> 3)),
  labels: {Male: index % 2, Smiling: index % 3 === 0 ? 1 : 0},
}));
const identities = rows.map((_, index) => index >> 1);
const files = {
  'data/train-00000-of-00002.parquet': parquetOf(rows.slice(0, 25), {
    rowGroupSize: 10,
    identities: identities.slice(0, 25),
  }),
  'data/train-00001-of-00002.parquet': parquetOf(rows.slice(25, 40), {
    rowGroupSize: 10,
    identities: identities.slice(25, 40),
  }),
  'data/valid-00000-of-00001.parquet': parquetOf(rows.slice(40, 50), {
    identities: identities.slice(40, 50),
  }),
  'data/test-00000-of-00001.parquet': parquetOf(rows.slice(50), {identities: identities.slice(50)}),
};

let data: string;
let said: string;
beforeEach(() => {
  data = path.join(temporaryFolder(), 'celeba');
  said = '';
});
const sink = new Writable({
  write: (chunk: Buffer, _encoding, done) => {
    said += chunk.toString();
    done();
  },
});

function run(
  server: Pick<ParquetServer, 'url'>,
  change: Partial<DataFetchOptions> = {},
  stderr = sink,
): Promise<number> {
  return runDataFetch(
    {
      from: server.url,
      name: 'someone/faces',
      revision: 'main',
      experiment: undefined,
      folder: '.',
      data,
      split: undefined,
      count: undefined,
      yes: true,
      json: false,
      signal: new AbortController().signal,
      wait: () => Promise.resolve(),
      ...change,
    },
    new PassThrough(),
    {stdout: sink, stderr},
  );
}

async function fetched(): Promise<{files: readonly string[]; partition: string; wrong: string[]}> {
  const catalogue = await openCatalogue('celeba', {...quietContext(), root: data});
  const wrong: string[] = [];
  for (const [position, name] of catalogue.files.entries()) {
    const row = rows.find(other => other.name === name);
    const labels = [...catalogue.labels.subarray(position * 2, position * 2 + 2)];
    const isRight = (await catalogue.readImage(position)).equals(row?.bytes ?? Buffer.alloc(0));
    if (!isRight || labels.join() !== Object.values(row?.labels ?? {}).join()) wrong.push(name);
  }
  return {files: catalogue.files, partition: [...(catalogue.partition ?? [])].join(''), wrong};
}
const all = {
  files: rows.map(({name}) => name),
  partition: '0'.repeat(40) + '1'.repeat(10) + '2'.repeat(10),
  wrong: [],
};

describe('data fetch', () => {
  it('fetches nothing before the licence is accepted', async () => {
    const server = await serveParquet(files);
    await expect(run(server, {yes: false})).rejects.toMatchObject({exitCode: 2});
    expect(said).toContain('non-commercial research only');
    expect(server.asked).toEqual([]);
    expect(existsSync(data)).toBe(false);
  });

  it('makes a data set in the official layout, with its people', async () => {
    expect(await run(await serveParquet(files))).toBe(0);
    expect(await fetched()).toEqual(all);
    expect(readFileSync(path.join(data, 'identity_CelebA.txt'), 'utf8')).toMatch(/^000001.jpg 0\n/);
    expect(readdirSync(path.dirname(data))).toEqual(['celeba']);
    expect(said).toContain('40 train, 10 validation, 10 test');
  });

  it('asks for no more than it needs', async () => {
    const server = await serveParquet(files);
    await run(server, {split: 'train', count: 5});
    expect((await fetched()).files).toEqual(all.files.slice(0, 5));
    expect(new Set(server.asked.map(({path: name}) => path.basename(name)))).toEqual(
      new Set(['train-00000-of-00002.parquet']),
    );
    expect(server.asked.every(({range}) => range !== undefined)).toBe(true);
  });

  it('never writes over what is there', async () => {
    mkdirSync(data);
    writeFileSync(path.join(data, 'mine'), '');
    await expect(run(await serveParquet(files))).rejects.toMatchObject({exitCode: 2});
    expect(readdirSync(data)).toEqual(['mine']);
  });

  it('says what it does as JSON Lines, with nothing else on stdout', async () => {
    const server = await serveParquet(files);
    said = '';
    const errors = new Writable({write: (_chunk, _encoding, done) => done()});
    await run(server, {json: true}, errors);
    const lines = said
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as object);
    expect(lines[0]).toEqual({done: 10, total: null});
    expect(lines.at(-1)).toEqual({ready: data, train: 40, validation: 10, test: 10});
  });

  it('names the bytes needed and free where the disk has no room, before it fetches', async () => {
    const server = await serveParquet(files);
    const free = (bytes: number) => () => Promise.resolve(bytes);
    await expect(run(server, {freeBytes: free(40e6)})).rejects.toMatchObject({
      message: expect.stringContaining(
        'fetching needs about 100 MB on the disk. Received 40 MB that are free.',
      ) as string,
      hint: expect.stringContaining('--count') as string,
      exitCode: 3,
    });
    const one = {split: 'train', count: 1} as const;
    await expect(run(server, {...one, freeBytes: free(100e6 + 8_999)})).rejects.toThrow();
    expect(server.asked).toEqual([]);
    await run(server, {...one, freeBytes: free(100e6 + 9_000)});
    expect((await fetched()).files).toHaveLength(1);
  });

  it('goes on where it was broken off, without fetching the same again', async () => {
    let isBroken = true;
    const server = await serveParquet(files, (request, response) => {
      if (!isBroken || !(request.url ?? '').includes('valid')) return false;
      response.socket?.destroy();
      return true;
    });
    await expect(run(server)).rejects.toMatchObject({exitCode: 3});
    expect(existsSync(data)).toBe(false);
    isBroken = false;
    server.asked.length = 0;
    await run(server);
    expect(await fetched()).toEqual(all);
    const again = server.asked.filter(({path: name}) => name.includes('train'));
    // The footers alone.
    expect(again).toHaveLength(2);
  });

  it.each<[string, (times: number) => Answer]>([
    [
      'breaks off in the middle',
      () => (_request, response, bytes) => {
        response.writeHead(206, {'content-length': bytes.length});
        response.write(bytes.subarray(0, 10));
        setImmediate(() => response.socket?.destroy());
        return true;
      },
    ],
    [
      'answers 503',
      () => (_request, response) => {
        response.writeHead(503).end();
        return true;
      },
    ],
    [
      'sends another part',
      () => (_request, response, bytes) => {
        response
          .writeHead(206, {'content-range': `bytes 0-9/${bytes.length}`})
          .end(bytes.subarray(0, 10));
        return true;
      },
    ],
  ])('asks again where the server %s now and then', async (_what, make) => {
    let question = 0;
    const answer = make(0);
    const server = await serveParquet(
      files,
      (...given) => question++ % 3 === 1 && answer(...given),
    );
    await run(server);
    expect(await fetched()).toEqual(all);
  });

  it('takes whole files from a server that gives no parts', async () => {
    const server = await serveParquet(files, (_request, response, bytes) => {
      response.writeHead(200).end(bytes);
      return true;
    });
    await run(server);
    expect(await fetched()).toEqual(all);
    expect(server.asked).toHaveLength(4);
  });

  it('follows where it is sent', async () => {
    const real = await serveParquet(files);
    const server = await serveParquet(files, (request, response) => {
      response.writeHead(302, {location: `${real.url}${request.url}`}).end();
      return true;
    });
    await run(server);
    expect(await fetched()).toEqual(all);
  });

  it.each<[string, Readonly<Record<string, Buffer>>, Answer, string]>([
    [
      'no such file',
      files,
      (_request, response) => Boolean(response.writeHead(404).end()),
      'it answered 404',
    ],
    [
      'no access',
      files,
      (_request, response) => Boolean(response.writeHead(401).end()),
      'it answered 401',
    ],
    [
      'no such part',
      files,
      (_request, response) => Boolean(response.writeHead(416).end()),
      'it answered 416',
    ],
    [
      'no parquet',
      {'train.parquet': Buffer.from('<html>'.repeat(99))},
      () => false,
      'cannot be read',
    ],
    [
      'no parts in the names',
      {'faces.parquet': Buffer.alloc(9)},
      () => false,
      'it has no parquet files',
    ],
  ])('says that there is %s, and leaves no folder', async (_what, served, answer, message) => {
    const server = await serveParquet(served, answer);
    await expect(run(server)).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.any(String) as string,
      exitCode: 3,
    });
    expect(existsSync(data)).toBe(false);
  });
});
