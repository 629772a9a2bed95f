/** `npm run build`: bundles src into dist, where something has changed. */
import {ensureBuild} from './setup.mjs';

await ensureBuild();
