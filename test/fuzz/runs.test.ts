import {tryTargets} from '../helpers/fuzz/in-suite.js';
import {runTargets} from '../helpers/fuzz/run-targets.js';

tryTargets(runTargets);
