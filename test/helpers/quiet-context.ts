import type {CatalogueContext} from '../../src/data/catalogue.js';
import {temporaryFolder} from './temporary-folder.js';

/** What readers are given, with a cache folder of its own; warnings are kept where they are wanted. */
export function quietContext(warnings: string[] = []): CatalogueContext {
  return {
    cacheFolder: temporaryFolder(),
    signal: new AbortController().signal,
    onWarning: text => warnings.push(text),
    onProgress: () => {},
  };
}
