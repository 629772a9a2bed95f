import * as z from 'zod';
import type {Part} from '../../experiment/parts.js';
import {partOf} from '../layouts/shards.js';
import {dataError} from '../layouts/text-file.js';
import type {UserError} from '../../util/user-error.js';
import {httpGet, type Answer, type HttpOptions} from './http.js';

/** A repository of data on Hugging Face, or on a server that answers as it does. */
export type Repository = {
  /** `https://huggingface.co` */
  readonly from: string;
  /** `flwrlabs/celeba` */
  readonly name: string;
  readonly revision: string;
};

export type RepositoryFile = {
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal digits; large files have one. */
  readonly sha256?: string;
  readonly part: Part;
};

const Tree = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.number().int().min(0).optional(),
    lfs: z.object({oid: z.string().optional()}).optional(),
  }),
);
type Tree = z.infer<typeof Tree>;
/** A page of a thousand files has a quarter of a megabyte. */
const MAX_PAGE_BYTES = 8_000_000;
/** A hundred thousand files. */
const MAX_PAGES = 100;
const MAX_PATH = 500;
const ADDRESS_HINT =
  'Check the address that --from names: https://huggingface.co, or a mirror of it.';

export function fileUrl({from, name, revision}: Repository, path: string): string {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return `${from.replace(/\/+$/, '')}/datasets/${name}/resolve/${encodeURIComponent(revision)}/${escaped}`;
}

/**
 * The parquet files of a repository that name their part, train first. @throws UserError with exit
 * code 3.
 */
export async function listParquet(
  repository: Repository,
  options: HttpOptions,
): Promise<readonly RepositoryFile[]> {
  const {from, name, revision} = repository;
  const start = `${from.replace(/\/+$/, '')}/api/datasets/${name}/tree/${encodeURIComponent(revision)}?recursive=true`;
  const files: RepositoryFile[] = [];
  const pages = new Set<string>();
  for (let next: string | undefined = start; next !== undefined;) {
    const url: string = next;
    if (pages.has(url) || pages.size >= MAX_PAGES) {
      throw dataError(
        `${start.slice(0, 500)}: the list of files has no end. Expected at most ${MAX_PAGES} pages, each of them once.`,
        ADDRESS_HINT,
      );
    }
    pages.add(url);
    const {tree, link} = await httpGet(
      url,
      () => ({accept: 'application/json'}),
      options,
      answer => readTree(answer, url),
    );
    files.push(...tree.flatMap(parquetFile));
    next = link === undefined ? undefined : nextPage(link, url);
  }
  if (files.length > 0) return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  throw dataError(
    `${start}: it has no parquet files of train, validation or test.`,
    'Name another repository with --repository, such as flwrlabs/celeba.',
  );
}

function parquetFile({type, path, size = 0, lfs}: Tree[number]): RepositoryFile[] {
  const part = partOf(path);
  const isOutside = path.split('/').some(name => /^\.{0,2}$/.test(name));
  const isParquet = type === 'file' && /\.parquet$/i.test(path) && path.length <= MAX_PATH;
  if (part === undefined || !isParquet || isOutside) return [];
  const sha256 = /^[\da-f]{64}$/i.exec(lfs?.oid ?? '')?.[0].toLowerCase();
  return [{path, bytes: size, part, ...(sha256 !== undefined && {sha256})}];
}

function nextPage(link: string, url: string): string {
  if (URL.canParse(link, url)) {
    const {href, origin} = new URL(link, url);
    if (origin === new URL(url).origin) return href;
  }
  throw noList(url, new Error('the next page is on another server'));
}

async function readTree(
  {headers, body}: Answer,
  url: string,
): Promise<{tree: Tree; link: string | undefined}> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body(MAX_PAGE_BYTES)) pieces.push(piece);
  try {
    const tree = Tree.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
    const link = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];
    return {tree, link};
  } catch (error) {
    throw noList(url, error);
  }
}

function noList(url: string, error: unknown): UserError {
  return dataError(`${url.slice(0, 500)}: the answer is not a list of files.`, ADDRESS_HINT, error);
}
