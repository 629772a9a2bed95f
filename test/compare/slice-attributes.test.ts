import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {readSliceAttributes} from '../../src/compare/slice-attributes.js';
import {slicesCsv} from '../../src/runs/run-csv.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

let file: string;
beforeEach(() => {
  file = path.join(temporaryFolder(), 'slices.csv');
});

const images = {part: 'test', files: ['a.jpg', 'b.jpg']} as const;
const read = (text: string): ReturnType<typeof readSliceAttributes> => {
  writeFileSync(file, text);
  return readSliceAttributes(file, images);
};

describe('a slices.csv that cannot be used', () => {
  it.each([
    ['is empty', '', 'received nothing'],
    ['is no CSV', 'file,split,Male\n"a', 'Quote Not Closed'],
    ['has other columns', 'file,part,Male\na.jpg,test,1\n', 'received file,part,Male'],
    ['has no attribute', 'file,split\na.jpg,test\n', 'Expected the columns file,split and then'],
    ['has an attribute twice', 'file,split,Male,Male\n', 'each once; received'],
    [
      'has too many attributes',
      `file,split,${Array.from({length: 65}, (_, at) => `a${at}`).join()}\n`,
      '1 to 64 attributes',
    ],
    ['has rows of other lengths', 'file,split,Male\na.jpg,test,1,1\n', 'Invalid Record Length'],
    ['has another part', 'file,split,Male\na.jpg,train,1\n', 'Line 2: expected validation or test'],
    ['has a value that is no bit', 'file,split,Male\na.jpg,test,2\n', 'Line 2: expected 0 or 1'],
    [
      'has an unknown image',
      'file,split,Male\nc.jpg,test,1\n',
      'predictions.csv has no image c.jpg',
    ],
    [
      'has an image twice',
      'file,split,Male\na.jpg,test,1\na.jpg,test,0\n',
      'Line 3: a.jpg has two rows',
    ],
    [
      'lacks an image',
      'file,split,Male\na.jpg,test,1\nb.jpg,validation,1\n',
      '1 of the 2 images in predictions.csv have no row, such as b.jpg',
    ],
  ])('because it %s is refused with the reason', async (_what, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('because it is too long is refused without reading it', async () => {
    writeFileSync(file, Buffer.alloc(50_000_001));
    await expect(readSliceAttributes(file, images)).rejects.toThrow('it is too long');
  });

  it('because it is a link or a folder is neither followed nor read', async () => {
    symlinkSync('/etc/passwd', file);
    await expect(readSliceAttributes(file, images)).rejects.toThrow('it is a link, not a file');
    const folder = path.join(path.dirname(file), 'folder');
    mkdirSync(folder);
    await expect(readSliceAttributes(folder, images)).rejects.toThrow('it is a folder');
  });
});

describe('slices.csv', () => {
  it('has the values of each image in the order of the predictions, of their part only', async () => {
    const text = slicesCsv(
      ['Male', 'Blond_Hair'],
      [
        {part: 'validation', files: ['c.jpg'], values: Uint8Array.of(1, 1)},
        {part: 'test', files: ['b.jpg', 'a.jpg'], values: Uint8Array.of(0, 1, 1, 0)},
      ],
    );
    expect(text.split('\n')[0]).toBe('file,split,Male,Blond_Hair');
    const values = await read(text);
    expect([...values]).toEqual([
      ['Male', Uint8Array.of(1, 0)],
      ['Blond_Hair', Uint8Array.of(0, 1)],
    ]);
  });

  it('names images that a spreadsheet would compute as files, and reads them again', async () => {
    const files = ['=1+1.jpg', '@a.jpg'];
    writeFileSync(file, slicesCsv(['Male'], [{part: 'test', files, values: Uint8Array.of(1, 0)}]));
    const values = await readSliceAttributes(file, {part: 'test', files});
    expect(values.get('Male')).toEqual(Uint8Array.of(1, 0));
  });
});
