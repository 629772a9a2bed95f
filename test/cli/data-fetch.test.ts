import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Writable} from 'node:stream';
import {beforeEach, describe, expect, it} from 'vitest';
import {all, Fetching, files} from '../helpers/fetching.js';
import {serveParquet, type Answer} from '../helpers/parquet-server.js';

let fetching: Fetching;
beforeEach(() => (fetching = new Fetching()));

describe('data fetch', () => {
  it('fetches nothing before the licence is accepted', async () => {
    const server = await serveParquet(files);
    await expect(fetching.run(server, {yes: false})).rejects.toMatchObject({exitCode: 2});
    expect(fetching.said).toContain('non-commercial research only');
    expect(server.asked).toEqual([]);
    expect(existsSync(fetching.data)).toBe(false);
  });

  it('makes a data set in the official layout, with its people', async () => {
    expect(await fetching.run(await serveParquet(files))).toBe(0);
    expect(await fetching.fetched()).toEqual(all);
    expect(readFileSync(path.join(fetching.data, 'identity_CelebA.txt'), 'utf8')).toMatch(
      /^000001.jpg 0\n/,
    );
    expect(readdirSync(path.dirname(fetching.data))).toEqual(['celeba']);
    expect(fetching.said).toContain('40 train, 10 validation, 10 test');
  });

  it('asks for no more than it needs', async () => {
    const server = await serveParquet(files);
    await fetching.run(server, {split: 'train', count: 5});
    expect((await fetching.fetched()).files).toEqual(all.files.slice(0, 5));
    expect(new Set(server.asked.map(({path: name}) => path.basename(name)))).toEqual(
      new Set(['train-00000-of-00002.parquet']),
    );
    expect(server.asked.every(({range}) => range !== undefined)).toBe(true);
  });

  it('never writes over what is there', async () => {
    mkdirSync(fetching.data);
    writeFileSync(path.join(fetching.data, 'mine'), '');
    await expect(fetching.run(await serveParquet(files))).rejects.toMatchObject({exitCode: 2});
    expect(readdirSync(fetching.data)).toEqual(['mine']);
  });

  it('says what it does as JSON Lines, with nothing else on stdout', async () => {
    const server = await serveParquet(files);
    fetching.said = '';
    const errors = new Writable({write: (_chunk, _encoding, done) => done()});
    await fetching.run(server, {json: true}, errors);
    const lines = fetching.said
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as object);
    expect(lines[0]).toEqual({done: 10, total: null});
    expect(lines.at(-1)).toEqual({ready: fetching.data, train: 40, validation: 10, test: 10});
  });

  it('continues where it was broken off, without fetching the same again', async () => {
    let isBroken = true;
    const server = await serveParquet(files, (request, response) => {
      if (!isBroken || !(request.url ?? '').includes('valid')) return false;
      response.socket?.destroy();
      return true;
    });
    await expect(fetching.run(server)).rejects.toMatchObject({exitCode: 3});
    expect(existsSync(fetching.data)).toBe(false);
    isBroken = false;
    server.asked.length = 0;
    await fetching.run(server);
    expect(await fetching.fetched()).toEqual(all);
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
    await fetching.run(server);
    expect(await fetching.fetched()).toEqual(all);
  });

  it('takes whole files from a server that gives no parts', async () => {
    const server = await serveParquet(files, (_request, response, bytes) => {
      response.writeHead(200).end(bytes);
      return true;
    });
    await fetching.run(server);
    expect(await fetching.fetched()).toEqual(all);
    // For a part of each, and then for the whole.
    expect(server.asked).toHaveLength(8);
  });

  it('follows where it is sent', async () => {
    const real = await serveParquet(files);
    const server = await serveParquet(files, (request, response) => {
      response.writeHead(302, {location: `${real.url}${request.url}`}).end();
      return true;
    });
    await fetching.run(server);
    expect(await fetching.fetched()).toEqual(all);
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
    await expect(fetching.run(server)).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.any(String) as string,
      exitCode: 3,
    });
    expect(existsSync(fetching.data)).toBe(false);
  });
});
