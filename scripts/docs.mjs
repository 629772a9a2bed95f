/** `npm run docs`: writes the schema, the keys of the experiment file, the exit codes, the keys and the frames. */
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {ensureBuild, root} from './setup.mjs';

await ensureBuild();
const load = file => import(path.join(root, 'build', file));
const {documentsWithFrames, documentWithKeys, generatedFiles, NOTE, withFrames, withKeys} =
  await load('cli/generated-files.js');
const {keysMarkdown} = await load('tui/keys/key-table.js');
for (const [file, text] of Object.entries({
  ...generatedFiles(),
  'docs/keys.md': keysMarkdown(NOTE),
}))
  writeFileSync(path.join(root, file), text);

const read = file => readFileSync(path.join(root, file), 'utf8');
for (const file of documentsWithFrames)
  writeFileSync(
    path.join(root, file),
    withFrames(read(file), scene => read(`test/tui/frames/${scene}.txt`)),
  );
writeFileSync(path.join(root, documentWithKeys), withKeys(read(documentWithKeys)));
