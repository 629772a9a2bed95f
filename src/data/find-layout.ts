import {existsSync, readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import type {DataDefinition} from '../experiment/schema.js';
import type {FileTree} from './files/file-tree.js';
import {folderTree} from './files/folder-tree.js';
import {zipTree} from './files/zip-tree.js';
import {celeba} from './layouts/celeba.js';
import {knownLayouts} from './layouts/known.js';
import type {Layout} from './layouts/layout.js';
import {dataError} from './layouts/text-file.js';

export type FoundLayout = {readonly layout: Layout; readonly tree: FileTree};

/**
 * The layout that was asked for, or for `auto` the one that is there: in the folder itself, or in a
 * zip that it holds or is.
 *
 * @throws UserError with exit code 3 where there is none.
 */
export async function findLayout(
  source: Exclude<DataDefinition['source'], 'sample'>,
  root: string,
): Promise<FoundLayout> {
  const asked = knownLayouts.find(({name}) => name === source);
  refuseMissing(asked, root);
  let other: Layout | undefined;
  for (const open of treesAt(root)) {
    const tree = await open();
    const layout = knownLayouts.find(({recognises}) => recognises(tree));
    if (asked?.recognises(tree) === true) return {layout: asked, tree};
    if (asked === undefined && layout !== undefined) return {layout, tree};
    other ??= layout;
  }
  throw dataError(
    `${root}: no known data is in it. Expected ${asked?.expected ?? knownLayouts.map(({expected}) => expected).join('; or ')}.`,
    other === undefined
      ? 'data/README.md of the program says where CelebA comes from; the drawn faces need nothing: --set data.source=sample'
      : `It has the layout ${other.name}: --set data.source=auto`,
  );
}

function refuseMissing(asked: Layout | undefined, root: string): void {
  if (!existsSync(root)) {
    throw dataError(
      `${root}: there is no such folder. Expected CelebA: ${(asked ?? celeba).expected}.`,
      'Name the folder with --data DIR, or try the drawn faces: --set data.source=sample',
    );
  }
}

/** The zips are opened only where the folder itself is no data set. */
function treesAt(root: string): (() => FileTree | Promise<FileTree>)[] {
  if (!statSync(root).isDirectory()) return [() => zipTree(root)];
  const zips = readdirSync(root)
    .filter(name => /\.zip$/i.test(name))
    .sort()
    .map(name => () => zipTree(path.join(root, name)));
  return [() => folderTree(root), ...zips];
}
