import path from 'node:path';
import {PassThrough, Writable} from 'node:stream';
import {runDataFetch, type DataFetchOptions} from '../../src/cli/data-fetch.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import type {ParquetServer} from './parquet-server.js';
import {quietContext} from './quiet-context.js';
import {temporaryFolder} from './temporary-folder.js';
import {parquetOf} from './write-parquet.js';
import type {LabelledImage} from './write-tfrecord.js';

const rows: readonly LabelledImage[] = Array.from({length: 60}, (_, index) => ({
  name: `${String(index + 1).padStart(6, '0')}.jpg`,
  bytes: Buffer.from([
    ...[0xff, 0xd8, 0xff],
    ...Array.from({length: 2000}, (_byte, at) => (at * 7919 + index * 104_729) >> 3),
  ]),
  labels: {Male: index % 2, Smiling: index % 3 === 0 ? 1 : 0},
}));
const identities = rows.map((_, index) => index >> 1);
/** As Hugging Face has them. */
export const files = {
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

type Fetched = {
  readonly files: readonly string[];
  readonly partition: string;
  /** Names of images or labels that are not what was served. */
  readonly wrong: readonly string[];
};

/** What all of the files make. */
export const all: Fetched = {
  files: rows.map(({name}) => name),
  partition: '0'.repeat(40) + '1'.repeat(10) + '2'.repeat(10),
  wrong: [],
};

/** `data fetch` into a folder of its own, which is not there yet. */
export class Fetching {
  readonly data = path.join(temporaryFolder(), 'celeba');
  /** On stdout and stderr. */
  said = '';
  readonly #sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      this.said += chunk.toString();
      done();
    },
  });

  run(
    server: Pick<ParquetServer, 'url'>,
    change: Partial<DataFetchOptions> = {},
    stderr: Writable = this.#sink,
  ): Promise<number> {
    return runDataFetch(
      {
        from: server.url,
        name: 'someone/faces',
        revision: 'main',
        experiment: undefined,
        folder: '.',
        data: this.data,
        split: undefined,
        count: undefined,
        yes: true,
        json: false,
        signal: new AbortController().signal,
        wait: () => Promise.resolve(),
        ...change,
      },
      new PassThrough(),
      {stdout: this.#sink, stderr},
    );
  }

  async fetched(): Promise<Fetched> {
    const catalogue = await openCatalogue({source: 'celeba'}, {...quietContext(), root: this.data});
    const wrong: string[] = [];
    for (const [position, name] of catalogue.files.entries()) {
      const row = rows.find(other => other.name === name);
      const labels = [...catalogue.labels.subarray(position * 2, position * 2 + 2)];
      const isRight = (await catalogue.readImage(position)).equals(row?.bytes ?? Buffer.alloc(0));
      if (!isRight || labels.join() !== Object.values(row?.labels ?? {}).join()) wrong.push(name);
    }
    return {files: catalogue.files, partition: [...(catalogue.partition ?? [])].join(''), wrong};
  }
}
