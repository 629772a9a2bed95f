import type {FuzzTarget} from './target.js';
import {checkpoint} from './targets/checkpoint.js';
import {experimentFile, experimentValue} from './targets/experiment.js';
import {labelFiles} from './targets/labels.js';
import {modelFiles} from './targets/model-files.js';
import {pictures} from './targets/pictures.js';
import {reportPage} from './targets/report-page.js';
import {reportText} from './targets/report-text.js';
import {runFolder} from './targets/run-folder.js';

/** Everything that is tried, in the suite and in a campaign. */
export const fuzzTargets: readonly FuzzTarget[] = [
  experimentFile,
  experimentValue,
  runFolder,
  labelFiles,
  pictures,
  checkpoint,
  modelFiles,
  reportText,
  reportPage,
];
