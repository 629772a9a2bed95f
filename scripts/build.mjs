/** `npm run build`: compiles src into dist, where something has changed. */
import {ensureBuild} from './setup.mjs';

ensureBuild();
