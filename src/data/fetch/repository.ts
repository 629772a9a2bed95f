import {z} from 'zod';
import {partOf, type Part} from '../layouts/shards.js';
import {dataError} from '../layouts/text-file.js';
import {httpGet, type HttpOptions} from './http.js';

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
  readonly part: Part;
};

const Tree = z.array(
  z.object({type: z.string(), path: z.string(), size: z.number().int().min(0).optional()}),
);
const MAX_PAGES = 100;

export function fileUrl({from, name, revision}: Repository, path: string): string {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return `${from.replace(/\/+$/, '')}/datasets/${name}/resolve/${encodeURIComponent(revision)}/${escaped}`;
}

/** The parquet files of a repository that name their part, train first. @throws UserError with exit code 3. */
export async function listParquet(
  repository: Repository,
  options: HttpOptions,
): Promise<readonly RepositoryFile[]> {
  const {from, name, revision} = repository;
  const start = `${from.replace(/\/+$/, '')}/api/datasets/${name}/tree/${encodeURIComponent(revision)}?recursive=true`;
  const found: RepositoryFile[] = [];
  let next: string | undefined = start;
  for (let page = 0; next !== undefined && page < MAX_PAGES; page++) {
    const url: string = next;
    const {entries, link} = await httpGet(url, {accept: 'application/json'}, options, readTree);
    for (const {type, path, size} of entries) {
      const part = partOf(path);
      if (type === 'file' && /\.parquet$/i.test(path) && part !== undefined) {
        found.push({path, bytes: size ?? 0, part});
      }
    }
    next = link === undefined ? undefined : new URL(link, url).href;
  }
  if (found.length > 0) return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  throw dataError(
    `${start}: it has no parquet files of train, validation or test.`,
    'Name another repository with --repository, such as flwrlabs/celeba.',
  );
}

async function readTree(
  response: Response,
): Promise<{entries: z.infer<typeof Tree>; link: string | undefined}> {
  const text = await response.text();
  try {
    const entries = Tree.parse(JSON.parse(text));
    const link = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    return {entries, link};
  } catch (error) {
    throw dataError(
      `${response.url}: the answer is no list of files.`,
      'Check the address that --from names: https://huggingface.co, or a mirror of it.',
      error,
    );
  }
}
