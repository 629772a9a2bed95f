import type {FuzzTarget} from './target.js';
import {fileTargets} from './file-targets.js';
import {runTargets} from './run-targets.js';

/** Everything that is tried, in the suite and in a campaign. */
export const fuzzTargets: readonly FuzzTarget[] = [...fileTargets, ...runTargets];
