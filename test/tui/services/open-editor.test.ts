import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {openEditor} from '../../../src/tui/services/open-editor.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

describe('the editor', () => {
  it.each(['-c quit.yaml', '+!touch x.yaml', '$(touch x).yaml', 'a "b" \'c\'.yaml'])(
    'gets the whole path of a file, whatever its name: %s',
    async name => {
      const folder = temporaryFolder();
      const editor = path.join(folder, 'editor');
      writeFileSync(editor, `#!/bin/sh\nprintf '%s|' "$@" > ${folder}/given\n`, {mode: 0o755});
      await openEditor(name, {PATH: process.env['PATH'], EDITOR: `${editor} --wait`});
      expect(readFileSync(path.join(folder, 'given'), 'utf8')).toBe(
        `--wait|${path.resolve(name)}|`,
      );
    },
  );

  it('is named where it cannot be started', async () => {
    await expect(openEditor('a.yaml', {...process.env, EDITOR: 'no-such-editor'})).rejects.toThrow(
      'The editor no-such-editor cannot be started',
    );
  });
});
