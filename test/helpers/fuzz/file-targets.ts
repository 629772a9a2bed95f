import type {FuzzTarget} from './target.js';
import {experimentFile, experimentValue} from './targets/experiment.js';
import {labelFiles} from './targets/labels.js';
import {listings} from './targets/listings.js';
import {modelFiles} from './targets/model-files.js';
import {images} from './targets/images.js';

/** What people bring: definitions, labels, images, models and the lists of servers. */
export const fileTargets: readonly FuzzTarget[] = [
  experimentFile,
  experimentValue,
  labelFiles,
  images,
  modelFiles,
  listings,
];
