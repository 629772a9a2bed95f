import type {FuzzTarget} from './target.js';
import {experimentFile, experimentValue} from './targets/experiment.js';
import {labelFiles} from './targets/labels.js';
import {modelFiles} from './targets/model-files.js';
import {pictures} from './targets/pictures.js';

/** What people bring: definitions, labels, pictures and models. */
export const fileTargets: readonly FuzzTarget[] = [
  experimentFile,
  experimentValue,
  labelFiles,
  pictures,
  modelFiles,
];
