import type {FuzzTarget} from './target.js';
import {experimentFile, experimentValue} from './targets/experiment.js';
import {labelFiles} from './targets/labels.js';
import {listings} from './targets/listings.js';
import {modelFiles} from './targets/model-files.js';
import {pictures} from './targets/pictures.js';

/** What people bring: definitions, labels, pictures, models and the lists of servers. */
export const fileTargets: readonly FuzzTarget[] = [
  experimentFile,
  experimentValue,
  labelFiles,
  pictures,
  modelFiles,
  listings,
];
