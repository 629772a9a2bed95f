import {fileTargets} from '../helpers/fuzz/file-targets.js';
import {tryTargets} from '../helpers/fuzz/in-suite.js';

tryTargets(fileTargets);
