import {mkdirSync, readdirSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import type {Catalogue} from '../../src/data/catalogue.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {zipOf} from '../helpers/write-zip.js';

/** Copies of CelebA as people meet them, each of four images. */
const NAMES = ['000001.jpg', '000002.jpg', '000003.jpg', '000004.jpg'] as const;
const LABELS = ['-1  1', ' 1 -1', ' 1  1', '-1 -1'] as const;
const txt = ['4', 'Male Smiling', ...NAMES.map((name, row) => `${name} ${LABELS[row]}`), ''].join(
  '\r\n',
);
const csv = [
  'image_id,Male,Smiling',
  ...NAMES.map((name, row) => `${name},${LABELS[row]!.trim().split(/\s+/).join(',')}`),
  '',
].join('\n');
const partition = NAMES.map((name, row) => `${name} ${row % 3}`).join('\n');

let root: string;
let warnings: string[];
beforeEach(() => {
  root = temporaryFolder();
  warnings = [];
});

function put(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
    writeFileSync(path.join(root, name), content);
  }
}
/** The images in a folder, each with its number as content. */
const images = (folder: string, rename: (name: string) => string = name => name) =>
  Object.fromEntries(NAMES.map((name, row) => [`${folder}/${rename(name)}`, `image ${row + 1}`]));
const open = (): Promise<Catalogue> =>
  openCatalogue({source: 'auto'}, {...quietContext(warnings), root});

function prefixed<T>(folder: string, files: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]),
  );
}

async function expectWhole(catalogue: Catalogue): Promise<void> {
  expect(catalogue.labels).toEqual(Uint8Array.of(0, 1, 1, 0, 1, 1, 0, 0));
  expect(catalogue.absent).toHaveLength(0);
  for (const row of NAMES.keys())
    expect((await catalogue.readImage(row)).toString()).toBe(`image ${row + 1}`);
}

describe('images under other names than the labels say', () => {
  it.each<[string, string, (name: string) => string]>([
    ['.png in the folder of the PNG edition', 'img_align_celeba_png', to('png')],
    ['.png in the usual folder', 'img_align_celeba', to('png')],
    [
      '.png in the folder of the PNG edition, nested',
      'img_align_celeba_png/img_align_celeba_png',
      to('png'),
    ],
    ['.JPG', 'img_align_celeba', to('JPG')],
    ['.jpeg', 'img_align_celeba', to('jpeg')],
    ['.webp', 'Img/img_align_celeba', to('webp')],
    ['no ending', 'img_align_celeba', name => name.replace('.jpg', '')],
    ['other capitals of the folder', 'IMG_Align_CelebA', name => name],
    ['the folder of the images in the wild', 'img_celeba', name => name],
    ['a folder called images', 'images', to('png')],
    ['a folder of another name within', 'img_align_celeba/celeba-aligned', name => name],
  ])('are read with %s', async (_what, folder, rename) => {
    put({'list_attr_celeba.txt': txt, ...images(folder, rename)});
    const catalogue = await open();
    await expectWhole(catalogue);
    expect(catalogue.files).toEqual(NAMES);
    expect(warnings).toEqual([]);
  });

  it('are read beside the label file, too', async () => {
    put({'list_attr_celeba.txt': txt, ...images('.')});
    await expectWhole(await open());
  });

  it('are those of the label file where a folder has both', async () => {
    put({
      'list_attr_celeba.txt': txt,
      ...images('img_align_celeba'),
      'img_align_celeba/000001.png': 'another',
      'img_align_celeba/._000001.jpg': 'of a Mac',
      'img_align_celeba/.DS_Store': 'of a Mac',
      'img_align_celeba/Thumbs.db': 'of Windows',
    });
    await expectWhole(await open());
  });

  it('are found in the folder that has some, where another one is empty', async () => {
    put({'list_attr_celeba.txt': txt, ...images('img_align_celeba_png', to('png'))});
    mkdirSync(path.join(root, 'img_align_celeba'));
    await expectWhole(await open());
  });

  it('are found in a zip by their stems', async () => {
    put({
      'list_attr_celeba.txt': txt,
      'img_align_celeba_png.zip': await zipOf({
        ...images('img_align_celeba_png', to('png')),
        '__MACOSX/img_align_celeba_png/._000001.png': 'of a Mac',
      }),
    });
    await expectWhole(await open());
  });

  function to(ending: string): (name: string) => string {
    return name => name.replace('jpg', ending);
  }
});

describe('a copy of CelebA', () => {
  it.each(['celeba', 'archive', 'data/celeba', 'CelebA/archive/data'])(
    'is found in %s below the folder that was named',
    async folder => {
      put(
        prefixed(folder, {
          'list_attr_celeba.txt': txt,
          'list_eval_partition.txt': partition,
          ...images('img_align_celeba'),
        }),
      );
      put({'__MACOSX/celeba/._list_attr_celeba.txt': 'of a Mac', 'notes/readme.txt': 'mine'});
      const catalogue = await open();
      await expectWhole(catalogue);
      expect(catalogue.partition).toEqual(Uint8Array.of(0, 1, 2, 0));
      expect(catalogue.place).toBe(path.join(root, folder));
    },
  );

  it('is not chosen where two folders have one', async () => {
    for (const folder of ['a', 'b'])
      put(prefixed(folder, {'list_attr_celeba.txt': txt, ...images('img_align_celeba')}));
    await expect(open()).rejects.toThrow('2 folders in it contain data');
  });

  it('is found below a folder in a zip', async () => {
    put({
      'archive.zip': await zipOf(
        prefixed('archive/celeba', {'list_attr_celeba.csv': csv, ...images('img_align_celeba')}),
      ),
    });
    await expectWhole(await open());
  });

  it('may have its labels as text and its partition as CSV, and the reverse', async () => {
    const csvPartition = `"image_id","partition"\n${NAMES.map((name, row) => `"${name}",${row % 3}`).join('\n')}\n`;
    put({'list_attr_celeba.txt': txt, 'list_eval_partition.csv': csvPartition, ...images('img')});
    expect((await open()).partition).toEqual(Uint8Array.of(0, 1, 2, 0));
    root = temporaryFolder();
    put({'list_attr_celeba.csv': csv, 'list_eval_partition.txt': partition, ...images('img')});
    expect((await open()).partition).toEqual(Uint8Array.of(0, 1, 2, 0));
  });

  it('of the high quality is read with its own label file', async () => {
    const hq = txt.replaceAll(/00000(\d)/g, '$1');
    put({
      'CelebAMask-HQ-attribute-anno.txt': hq,
      'list_eval_partition.txt': partition,
      ...images('CelebA-HQ-img', name => name.replace('00000', '')),
    });
    const catalogue = await open();
    await expectWhole(catalogue);
    expect(catalogue).toMatchObject({layout: 'CelebA-HQ folder', partition: undefined});
  });

  it.each<[string, string]>([
    ['Windows paths', csv.replaceAll('00000', 'C:\\Users\\me\\img_align_celeba\\00000')],
    ['relative paths', csv.replaceAll('00000', 'img_align_celeba/00000')],
    ['quoted headings', csv.replace('image_id,Male,Smiling', '"image_id","Male","Smiling"')],
    ['semicolons', csv.replaceAll(',', ';')],
    ['a row twice, with the same labels', `${csv}000002.jpg,1,-1\n`],
  ])('may have a label file with %s', async (_what, labels) => {
    put({'list_attr_celeba.csv': labels, ...images('img_align_celeba')});
    await expectWhole(await open());
  });

  it.each<[string, Buffer]>([
    ['with the mark', Buffer.from(`\ufeff${csv}`, 'utf16le')],
    ['without the mark', Buffer.from(csv, 'utf16le')],
    ['of the other byte order', Buffer.from(`\ufeff${csv}`, 'utf16le').swap16()],
  ])('may have a label file in UTF-16 %s', async (_how, labels) => {
    put({'list_attr_celeba.csv': labels, ...images('img_align_celeba')});
    await expectWhole(await open());
  });

  it('says how many rows repeat an image, and refuses rows that contradict each other', async () => {
    put({'list_attr_celeba.csv': `${csv}000002.jpg,1,-1\n`, ...images('img_align_celeba')});
    await open();
    expect(warnings.join()).toContain('1 rows repeat an image with the same labels');
    put({'list_attr_celeba.csv': `${csv}000002.jpg,1,1\n`});
    await expect(open()).rejects.toThrow(
      '000002.jpg appears more than once, with different labels (rows 2 and 5)',
    );
  });

  it('whose labels name images of several folders is refused', async () => {
    put({'list_attr_celeba.csv': csv.replace('000002', 'other/000002'), ...images('img')});
    await expect(open()).rejects.toThrow('"other/000002.jpg" in the label file is a path');
  });
});

describe('what cannot be read is named with what to do', () => {
  const rejected = async (message: string, hint: string): Promise<void> => {
    await expect(open()).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
      exitCode: 3,
    });
  };

  it.each([
    ['img_align_celeba_png.7z.001', '7z x img_align_celeba_png.7z.001'],
    ['img_align_celeba.tar.gz', 'tar -xf img_align_celeba.tar.gz'],
    ['img_align_celeba.rar', 'unrar x img_align_celeba.rar'],
  ])('%s beside the labels', async (archive, command) => {
    put({'list_attr_celeba.txt': txt, [archive]: 'packed'});
    await rejected(`${archive} is an archive that cannot be read without unpacking`, command);
  });

  it('an archive in the folder of the images', async () => {
    put({'list_attr_celeba.txt': txt, 'img_align_celeba/images.7z': 'packed'});
    await rejected('It holds images.7z, an archive that must be unpacked first: 7z x', 'Unpack');
  });

  it('a folder with other files', async () => {
    put({'list_attr_celeba.txt': txt, 'img_align_celeba/a.txt': '', 'img_align_celeba/b.txt': ''});
    await rejected('all 4 images that the labels name are missing', '--data DIR');
    await rejected('It holds a.txt, b.txt.', '--data DIR');
  });

  it.each<[string, string | Buffer, string, string]>([
    [
      'the page of Google Drive about its quota',
      '<!DOCTYPE html><html><head><title>Google Drive - Quota exceeded</title>',
      'a web page of Google Drive, which refused the download',
      'Open the link in a browser',
    ],
    ['a 7z', Buffer.from('377abcaf271c0004', 'hex'), 'a 7z archive', '7z x'],
    ['a gzip', Buffer.from('1f8b0800', 'hex'), 'compressed with gzip', 'tar -xzf'],
  ])('%s that is named .zip', async (_what, content, message, hint) => {
    put({'list_attr_celeba.txt': txt, 'img_align_celeba.zip': content});
    await rejected(`img_align_celeba.zip is not a zip but ${message}`, hint);
    root = temporaryFolder();
    put({'archive.zip': content});
    await rejected(`archive.zip is not a zip but ${message}`, hint);
  });

  it('a workbook under the name of the label file', async () => {
    put({'list_attr_celeba.csv': await zipOf({'xl/workbook.xml': 'x'}), ...images('img')});
    await rejected('is a zip, or a workbook of a spreadsheet. Expected a label file', 'unzip');
  });
});

describe('names that are not UTF-8', () => {
  const latin1 = (name: string): Buffer => Buffer.from(name, 'latin1');
  const isLinux = process.platform === 'linux';

  it.runIf(isLinux)('are read where the label file has the same bytes', async () => {
    put({
      'list_attr_celeba.txt': latin1(txt.replaceAll('00000', 'Zoë-')),
      ...images('img_align_celeba'),
    });
    renameToLatin1();
    await expectWhole(await open());
  });

  it.runIf(isLinux)('are read where the label file is in UTF-8', async () => {
    put({'list_attr_celeba.txt': txt.replaceAll('00000', 'Zoë-'), ...images('img_align_celeba')});
    renameToLatin1();
    await expectWhole(await open());
  });

  it('are found whether their letters are one code point or two', async () => {
    put({
      'list_attr_celeba.txt': txt.replaceAll('00000', 'Zo\u00eb-'),
      ...images('img_align_celeba', name => name.replace('00000', 'Zoe\u0308-')),
    });
    await expectWhole(await open());
  });

  function renameToLatin1(): void {
    const folder = path.join(root, 'img_align_celeba');
    for (const name of readdirSync(folder)) {
      const target = Buffer.concat([
        Buffer.from(`${folder}/`),
        latin1(name.replace('00000', 'Zoë-')),
      ]);
      renameSync(path.join(folder, name), target);
    }
  }
});
