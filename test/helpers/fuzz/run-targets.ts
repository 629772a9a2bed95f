import type {FuzzTarget} from './target.js';
import {checkpoint} from './targets/checkpoint.js';
import {journals} from './targets/journals.js';
import {locks} from './targets/locks.js';
import {reportPage} from './targets/report-page.js';
import {reportText} from './targets/report-text.js';
import {runFolder} from './targets/run-folder.js';
import {runLinks} from './targets/run-links.js';

/** What runs have left, and what is told of them. */
export const runTargets: readonly FuzzTarget[] = [
  runFolder,
  runLinks,
  checkpoint,
  journals,
  locks,
  reportText,
  reportPage,
];
