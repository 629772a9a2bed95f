import type {FuzzTarget} from './target.js';
import {checkpoint} from './targets/checkpoint.js';
import {experimentFile, experimentValue} from './targets/experiment.js';
import {labelFiles} from './targets/labels.js';
import {modelFiles} from './targets/model-files.js';
import {pictures} from './targets/pictures.js';

/** What a run begins with, and what it goes on from. */
export const fileTargets: readonly FuzzTarget[] = [
  experimentFile,
  experimentValue,
  labelFiles,
  pictures,
  checkpoint,
  modelFiles,
];
