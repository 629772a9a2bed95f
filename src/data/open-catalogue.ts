import type {DataDefinition} from '../experiment/schema.js';
import type {Catalogue, CatalogueContext} from './catalogue.js';
import {folderTree} from './files/folder-tree.js';
import {findLayout} from './find-layout.js';
import {isCelebA} from './is-celeba.js';
import {celeba} from './layouts/celeba.js';
import {ensureSample} from './sample/ensure-sample.js';

export type OpenOptions = CatalogueContext & {readonly root: string};

/** Opens the data of an experiment, in whichever layout it is. @throws UserError with exit code 3. */
export async function openCatalogue(
  source: DataDefinition['source'],
  options: OpenOptions,
): Promise<Catalogue> {
  if (source === 'sample') {
    const folder = await ensureSample(options.cacheFolder, {
      signal: options.signal,
      onProgress: (done, total) => options.onProgress('drawing', done, total),
    });
    return {
      ...(await celeba.open(folderTree(folder), options)),
      layout: 'sample faces',
      source: 'sample faces',
    };
  }
  const {layout, tree} = await findLayout(source, options.root);
  const catalogue = await layout.open(tree, options);
  if (isCelebA(catalogue)) {
    options.onWarning(
      'CelebA is for non-commercial research only and may not be passed on: keep its images out of what you publish.',
    );
  }
  return catalogue;
}
