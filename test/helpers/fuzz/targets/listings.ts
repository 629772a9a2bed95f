import fc from 'fast-check';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {gzipSync} from 'node:zlib';
import {expect} from 'vitest';
import {fileUrl, listParquet} from '../../../../src/data/fetch/repository.js';
import {expectUserError} from '../handled.js';
import {mutated, mutations, type Mutation} from '../mutations.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';

const entries = [
  {type: 'directory', path: 'data'},
  {type: 'file', path: 'README.md', size: 12, oid: 'a'},
  ...['train', 'valid', 'test'].map(part => ({
    type: 'file',
    path: `data/${part}-00000-of-00001.parquet`,
    size: 1_000_000,
    lfs: {oid: 'f'.repeat(64), size: 1_000_000, pointerSize: 134},
  })),
];
const page = Buffer.from(JSON.stringify(entries));

const pieces = [
  '../../train.parquet',
  '/train.parquet',
  'train.parquet?x#y',
  '%2e%2e/train.parquet',
  '\\u0000',
  '\\u001b[2J',
  '1e999',
  '-1',
  '9007199254740993',
  'null',
  '[[[[[[[[',
  '"__proto__":{"type":"file"},',
  '"lfs":{"oid":"xyz"},',
  '<!DOCTYPE html>',
];
const links = [
  '',
  '</next>; rel="next"',
  '<?page=2>; rel="next"',
  '<http://example.org/>; rel="next"',
  '<file:///etc/passwd>; rel="next"',
  '<http://[>; rel="next"',
  '<>; rel="next"',
  '<javascript:1>; rel="next", </x>; rel="prev"',
];

type Case = {
  readonly pages: readonly (readonly Mutation[])[];
  readonly link: string;
  readonly status: number;
  readonly isPacked: boolean;
};

let current: Case = {pages: [[]], link: '', status: 200, isPacked: false};
let asked = 0;
const server = createServer((_request, response) => {
  const {pages, link, status, isPacked} = current;
  const index = asked++;
  const bytes = mutated(page, pages[Math.min(index, pages.length - 1)] ?? []);
  if (link !== '' && index < pages.length) response.setHeader('link', link);
  if (status >= 300 && status < 400) response.setHeader('location', '/elsewhere');
  if (isPacked) response.setHeader('content-encoding', 'gzip');
  response.writeHead(status).end(isPacked ? gzipSync(bytes) : bytes);
});
let address: Promise<string> | undefined;

/** It ends with the process, as whoever tries the inputs never says which was the last. */
function listening(): Promise<string> {
  address ??= new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
  return address;
}

async function examine(input: Case): Promise<Outcome> {
  current = input;
  asked = 0;
  const repository = {from: await listening(), name: 'a/b', revision: 'main'};
  const signal = new AbortController().signal;
  try {
    const files = await listParquet(repository, {signal, wait: () => Promise.resolve()});
    expect(files.length).toBeGreaterThan(0);
    for (const {path, bytes, sha256} of files) {
      expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
      expect(sha256 ?? 'f'.repeat(64)).toMatch(/^[\da-f]{64}$/);
      const {origin, pathname, hash, search} = new URL(fileUrl(repository, path));
      expect(origin).toBe(repository.from);
      expect(pathname.startsWith('/datasets/a/b/resolve/main/')).toBe(true);
      expect(hash + search).toBe('');
    }
    return 'taken';
  } catch (error) {
    expectUserError(error, 3);
    return 'refused';
  } finally {
    expect(asked).toBeLessThan(110);
  }
}

export const listings: FuzzTarget = fuzzTarget({
  name: 'listings',
  promise: 'a list of files is read or refused, has an end, and leads to nothing outside of it',
  quick: 100,
  inputs: fc.record({
    pages: fc.array(fc.oneof(fc.constant([]), mutations(pieces)), {minLength: 1, maxLength: 3}),
    link: fc.oneof({weight: 2, arbitrary: fc.constant('')}, fc.constantFrom(...links)),
    status: fc.oneof(
      {weight: 9, arbitrary: fc.constant(200)},
      fc.constantFrom(204, 206, 301, 302, 304, 401, 404, 416, 429, 503),
    ),
    isPacked: fc.boolean(),
  }),
  examine,
});
