/** `npm run docs`: writes what is generated: the schema, the experiment file's reference, the exit codes. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {ensureBuild, root} from './setup.mjs';

ensureBuild();
const {generatedFiles} = await import(path.join(root, 'dist', 'cli', 'generated-files.js'));
for (const [file, text] of Object.entries(generatedFiles()))
  writeFileSync(path.join(root, file), text);
