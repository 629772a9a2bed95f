import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {createServer, type RequestListener, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {all, Fetching, files} from '../helpers/fetching.js';
import {serveParquet, type Answer} from '../helpers/parquet-server.js';
import {parquetOf} from '../helpers/write-parquet.js';

let fetching: Fetching;
beforeEach(() => (fetching = new Fetching()));

async function serve(answer: RequestListener): Promise<{url: string}> {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`};
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const withChecksum = (bytes: Buffer): object => ({lfs: {oid: sha256(bytes)}});
const failure = (message: string | RegExp, exitCode = 3): object => ({
  message: (typeof message === 'string'
    ? expect.stringContaining(message)
    : expect.stringMatching(message)) as string,
  hint: expect.any(String) as string,
  exitCode,
});

describe('what a server says', () => {
  it('is a list only up to a stated length, however small it is packed', async () => {
    // 200 MB of blanks in a fifth of a megabyte.
    const packed = gzipSync(Buffer.alloc(200_000_000, ' '), {level: 1});
    let sent = 0;
    const server = await serve((_request, response) => {
      sent++;
      response.writeHead(200, {'content-encoding': 'gzip'}).end(packed);
    });
    const before = process.memoryUsage().rss;
    await expect(fetching.run(server)).rejects.toMatchObject(failure('sends more than 8000000'));
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    expect(sent).toBe(1);
  });

  it.each<[string, (page: number) => string, RegExp]>([
    ['another page for ever', page => `/tree?page=${page}`, /no end/],
    ['the same page again', () => '/tree?page=1', /no end/],
    ['a page on another server', () => 'https://example.org/tree', /not a list of files/],
    ['a page that is no address', () => 'http://[', /not a list of files/],
  ])('is no list with %s', async (_what, next, message) => {
    let page = 0;
    const server = await serve((_request, response) => {
      response.writeHead(200, {link: `<${next(++page)}>; rel="next"`}).end('[]');
    });
    await expect(fetching.run(server)).rejects.toMatchObject(failure(message));
    expect(page).toBeLessThan(200);
  });

  it('leads to no path outside of the repository', async () => {
    const server = await serve((_request, response) => {
      const paths = ['../../train.parquet', 'a//train.parquet', './train.parquet'];
      response.end(JSON.stringify(paths.map(name => ({type: 'file', path: name, size: 9}))));
    });
    await expect(fetching.run(server)).rejects.toMatchObject(failure('no parquet files'));
  });

  it.each<[string, string]>([
    ['an address without encryption', 'http://example.org/x'],
    ['a file', 'file:///etc/passwd'],
    ['nothing', 'http://['],
  ])('leads to no other address than https: %s', async (_what, location) => {
    const server = await serve((_request, response) => {
      response.writeHead(302, {location}).end();
    });
    await expect(fetching.run(server)).rejects.toMatchObject(failure('it redirects to'));
  });

  it('leads in no circle', async () => {
    let asked = 0;
    const server = await serve((request, response) => {
      asked++;
      response.writeHead(302, {location: request.url ?? ''}).end();
    });
    await expect(fetching.run(server)).rejects.toMatchObject(failure('it redirects more than'));
    expect(asked).toBeLessThan(12);
  });

  it('is asked for over https, or on this machine', async () => {
    const run = fetching.run({url: 'http://example.org'});
    await expect(run).rejects.toMatchObject(failure('Expected an address that begins with', 2));
  });
});

describe('a file', () => {
  it.each<[string, Answer]>([
    [
      'another length than listed',
      (request, response, bytes) => {
        const range = (request.headers.range ?? '').replace('=', ' ');
        response.writeHead(206, {'content-range': `${range}/${bytes.length + 9}`}).end(bytes);
        return true;
      },
    ],
    [
      'more bytes than asked for',
      (request, response, bytes) => {
        const range = (request.headers.range ?? '').replace('=', ' ');
        response.writeHead(206, {'content-range': `${range}/${bytes.length}`});
        for (let piece = 0; piece < 100; piece++) response.write(bytes);
        response.end();
        return true;
      },
    ],
    [
      'more bytes than listed, from a server that gives no parts',
      (_request, response, bytes) => {
        response.writeHead(200);
        for (let piece = 0; piece < 100; piece++) response.write(bytes);
        response.end();
        return true;
      },
    ],
    [
      'a web page in its place',
      (_request, response) => {
        response.writeHead(200, {'content-type': 'text/html; charset=utf-8'}).end('<html>');
        return true;
      },
    ],
  ])('is refused at once where it is %s', async (_what, answer) => {
    const server = await serveParquet(files, answer);
    await expect(fetching.run(server)).rejects.toMatchObject(failure('cannot be fetched'));
    expect(server.asked.length).toBeLessThan(4);
    expect(existsSync(fetching.data)).toBe(false);
  });

  it('is refused where it changes between its parts', async () => {
    let question = 0;
    const server = await serveParquet(files, (_request, response) => {
      response.setHeader('etag', `"${++question}"`);
      return false;
    });
    await expect(fetching.run(server)).rejects.toMatchObject(failure('it changed while'));
  });

  it('is compared with the checksum that the server lists', async () => {
    await fetching.run(await serveParquet(files, undefined, withChecksum));
    expect(await fetching.fetched()).toEqual(all);
    const other = new Fetching();
    const server = await serveParquet(files, undefined, () => ({lfs: {oid: 'a'.repeat(64)}}));
    await expect(other.run(server)).rejects.toMatchObject(failure('checksum mismatch'));
    expect(existsSync(other.data)).toBe(false);
  });

  it('continues where it broke off, also in another start', async () => {
    let isBroken = true;
    const server = await serveParquet(
      files,
      (request, response, bytes) => {
        const {range} = request.headers;
        const isFooter = range?.startsWith('bytes=0-') === true;
        if (!isBroken || isFooter || !(request.url ?? '').includes('train-00000')) return false;
        response.writeHead(200, {'content-length': bytes.length});
        const part = range === undefined ? bytes.subarray(0, 4000) : Buffer.alloc(0);
        response.write(part, () => setTimeout(() => response.socket?.destroy(), 50));
        if (range !== undefined) response.socket?.destroy();
        return true;
      },
      withChecksum,
    );
    await expect(fetching.run(server)).rejects.toMatchObject({exitCode: 3});
    isBroken = false;
    server.asked.length = 0;
    await fetching.run(server);
    expect(await fetching.fetched()).toEqual(all);
    const ranges = server.asked
      .filter(({path: name}) => name.includes('train-00000'))
      .map(({range}) => range);
    expect(ranges).toEqual([
      expect.stringMatching(/^bytes=0-/),
      expect.stringMatching(/^bytes=[1-9]\d*-/),
    ]);
  });

  it('may take longer than the limit for silence, as long as it flows', async () => {
    const silentMs = 600;
    const slowly = async (response: ServerResponse, bytes: Buffer): Promise<void> => {
      for (let at = 0; at < bytes.length; at += 1200) {
        response.write(bytes.subarray(at, at + 1200));
        await sleep(silentMs / 4);
      }
      response.end();
    };
    const server = await serveParquet(files, (request, response, bytes) => {
      const [, from = '0', to = '0'] =
        /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      response.writeHead(206, {'content-range': `bytes ${from}-${to}/${bytes.length}`});
      void slowly(response, bytes.subarray(Number(from), Number(to) + 1));
      return true;
    });
    await fetching.run(server, {silentMs, split: 'train', count: 2});
    expect((await fetching.fetched()).files).toHaveLength(2);
    const paths = server.asked.map(({range}) => range);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['no headers', () => {}],
    ['headers and no more', response => response.writeHead(206).flushHeaders()],
    [
      'a byte now and then',
      response => {
        response.writeHead(200);
        const drip = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('is given up where the server sends %s', async (_what, answer) => {
    const server = await serve((_request, response) => answer(response));
    const run = fetching.run(server, {silentMs: 200});
    await expect(run).rejects.toMatchObject(failure('it sent nothing for'));
  });

  it('is refused where an image in it is none', async () => {
    const html = Buffer.from('<!DOCTYPE html><html>Quota exceeded</html>');
    const served = {
      'train.parquet': parquetOf([
        {name: 'a.jpg', bytes: html, labels: {Male: 1, Smiling: 0}},
        {name: 'b.jpg', bytes: html, labels: {Male: 0, Smiling: 1}},
      ]),
    };
    const run = fetching.run(await serveParquet(served));
    await expect(run).rejects.toMatchObject(failure(/row 1 is not an image.*<!DOCTYPE html/));
    expect(existsSync(fetching.data)).toBe(false);
  });
});
