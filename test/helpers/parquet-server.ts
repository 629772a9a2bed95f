import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach} from 'vitest';

export type ParquetServer = {
  readonly url: string;
  /** Of every answer about a file: its path, and the part that was asked for. */
  readonly asked: {readonly path: string; readonly range: string | undefined}[];
};

/** Something else than the file, for some questions; true where it has answered. */
export type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => boolean;

const ROUTE = '/datasets/someone/faces/resolve/main/';

/** A server that lists and gives files as Hugging Face does; gone after the test. */
export async function serveParquet(
  files: Readonly<Record<string, Buffer>>,
  instead: Answer = () => false,
  /** Of a file's entry in the list, besides its path and size. */
  more: (bytes: Buffer) => object = () => ({}),
): Promise<ParquetServer> {
  const asked: ParquetServer['asked'] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    if (path === '/api/datasets/someone/faces/tree/main') {
      const list = Object.entries(files).map(([name, bytes]) => ({
        type: 'file',
        path: name,
        size: bytes.length,
        ...more(bytes),
      }));
      response.end(JSON.stringify(list));
      return;
    }
    const bytes = path.startsWith(ROUTE) ? files[path.slice(ROUTE.length)] : undefined;
    if (bytes === undefined) {
      response.writeHead(404).end('not here');
      return;
    }
    const {range} = request.headers;
    asked.push({path, range});
    if (instead(request, response, bytes)) return;
    const [, start = '0', end = ''] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    if (range === undefined) {
      response.end(bytes);
      return;
    }
    const part = bytes.subarray(Number(start), Number(end) + 1);
    response.writeHead(206, {'content-range': `bytes ${start}-${end}/${bytes.length}`}).end(part);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked};
}
