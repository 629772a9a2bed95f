import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {listImages, readList} from '../../src/cli/list-images.js';
import {fsPath, readableName, textOfBytes} from '../../src/util/raw-names.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

it('any bytes become a text and the same bytes again', () => {
  const bytes = Buffer.from(Array.from({length: 256}, (_, byte) => byte));
  for (const sample of [bytes, Buffer.from('Zoë 😀.jpg'), Buffer.from('Zoë.jpg', 'latin1')])
    expect(Buffer.from(fsPath(textOfBytes(sample)))).toEqual(sample);
  expect(readableName(textOfBytes(Buffer.from('Zoë.jpg', 'latin1')))).toBe('Zoë.jpg');
});

it.runIf(process.platform === 'linux')(
  'images whose names are not UTF-8 are listed in folders and in lists, and can be opened',
  () => {
    const root = temporaryFolder();
    const file = Buffer.concat([Buffer.from(`${root}/`), Buffer.from('Zoë.jpg', 'latin1')]);
    writeFileSync(file, 'image');
    mkdirSync(path.join(root, 'lists'));
    const list = path.join(root, 'lists', 'list');
    writeFileSync(list, file);
    for (const names of [[root], readList(list)]) {
      const [image] = listImages(names);
      expect(image?.name).toBe(path.join(root, 'Zoë.jpg'));
      const {item} = image!;
      expect(item.kind === 'file' && readFileSync(fsPath(item.file), 'utf8')).toBe('image');
    }
  },
);
