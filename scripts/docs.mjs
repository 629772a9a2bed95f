/** `npm run docs`: writes what is generated: the schema, the experiment file's reference, the exit codes, the keys. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {ensureBuild, root} from './setup.mjs';

ensureBuild();
const load = file => import(path.join(root, 'dist', file));
const {generatedFiles, NOTE} = await load('cli/generated-files.js');
const {keysMarkdown} = await load('tui/keys/keys-markdown.js');
for (const [file, text] of Object.entries({
  ...generatedFiles(),
  'docs/keys.md': keysMarkdown(NOTE),
}))
  writeFileSync(path.join(root, file), text);
