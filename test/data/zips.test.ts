import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {zipTree} from '../../src/data/files/zip-tree.js';
import {openCatalogue, type OpenOptions} from '../../src/data/open-catalogue.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {quietContext} from '../helpers/quiet-context.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {zipFolder, zipOf} from '../helpers/write-zip.js';

let faces: Buffer[];
const labels = '2\r\nMale Smiling \r\n000001.jpg -1  1 \r\n000002.jpg  1 -1 \r\n';
const options = (root: string, warnings: string[] = []): OpenOptions => ({
  ...quietContext(warnings),
  root,
});
beforeAll(async () => {
  const folder = await writeTinyFaces(temporaryFolder(), {images: 4});
  faces = ['000001.jpg', '000002.jpg'].map(name =>
    readFileSync(path.join(folder, 'img_align_celeba', name)),
  );
});

const entries = (): Record<string, Buffer | string> => ({
  'list_attr_celeba.txt': labels,
  'img_align_celeba/000001.jpg': faces[0] as Buffer,
  'img_align_celeba/000002.jpg': faces[1] as Buffer,
});

async function writeZip(
  files: Readonly<Record<string, Buffer | string>>,
  change: (zip: Buffer) => Buffer = zip => zip,
): Promise<string> {
  const file = path.join(temporaryFolder(), 'celeba.zip');
  writeFileSync(file, change(await zipOf(files)));
  return file;
}

/** Where the directory of a zip names a file. */
const inDirectory = (zip: Buffer, name: string): number => zip.lastIndexOf(name) - 46;

describe('a zip', () => {
  it.each<[string, (zip: string, folder: string) => string]>([
    ['named itself', zip => zip],
    ['in the folder that is named', (_zip, folder) => folder],
  ])('is read without unpacking it, %s', async (_how, root) => {
    const zip = await writeZip(entries());
    const catalogue = await openCatalogue({source: 'auto'}, options(root(zip, path.dirname(zip))));
    expect(catalogue.layout).toBe('CelebA zip');
    expect(catalogue.files).toEqual(['000001.jpg', '000002.jpg']);
    expect(await catalogue.readImage(0)).toEqual(faces[0]);
    expect(await catalogue.readImage(1)).toEqual(faces[1]);
  });

  it('in which everything is in one folder is read from within that', async () => {
    const wrapped = Object.fromEntries(
      Object.entries(entries()).map(([name, content]) => [`celeba/${name}`, content]),
    );
    const catalogue = await openCatalogue(
      {source: 'celeba'},
      options(await writeZip({...wrapped, '__MACOSX/celeba/._x': 'x'})),
    );
    expect(await catalogue.readImage(1)).toEqual(faces[1]);
  });

  it.each(['', 'Img/'])('of images alone is used where it lies: %s', async place => {
    const root = temporaryFolder();
    mkdirSync(path.join(root, 'Img'));
    writeFileSync(path.join(root, 'list_attr_celeba.txt'), labels);
    const {'list_attr_celeba.txt': _, ...images} = entries();
    writeFileSync(path.join(root, `${place}img_align_celeba.zip`), await zipOf(images));
    const catalogue = await openCatalogue({source: 'auto'}, options(root));
    expect(catalogue.layout).toBe('CelebA folder');
    expect(await catalogue.readImage(1)).toEqual(faces[1]);
  });

  it('says how many images are missing in it', async () => {
    const {'img_align_celeba/000002.jpg': _, ...rest} = entries();
    const warnings: string[] = [];
    const catalogue = await openCatalogue(
      {source: 'auto'},
      options(await writeZip(rest), warnings),
    );
    expect(catalogue.absent).toHaveLength(1);
    expect(warnings.join()).toContain('1 of 2 images are missing, such as 000002.jpg');
    await expect(catalogue.readImage(1)).rejects.toThrow('the file is missing in the zip');
  });

  it.each<[string, (zip: Buffer) => Buffer, string]>([
    ['cut off', zip => zip.subarray(0, zip.length - 60), 'the zip is incomplete'],
    ['a web page', () => Buffer.from('<html>404</html>'), 'is not a zip but a web page'],
    ['empty', () => Buffer.alloc(0), 'the zip is incomplete'],
    [
      'damaged in its directory',
      zip => {
        zip.writeUInt32LE(0, inDirectory(zip, 'img_align_celeba/000002.jpg'));
        return zip;
      },
      'invalid central directory',
    ],
    [
      'one whose paths lead out of it',
      zip =>
        Buffer.from(
          zip.toString('latin1').replaceAll('img_align_celeba/000002', '../../../../../escape02'),
          'latin1',
        ),
      'a path that leads out of it',
    ],
  ])('that is %s is refused with the remedy', async (_what, change, message) => {
    const zip = await writeZip(entries(), change);
    await expect(openCatalogue({source: 'auto'}, options(zip))).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.stringMatching(/^Download it again/) as string,
      exitCode: 3,
    });
  });

  it.each<[string, (zip: Buffer, entry: number) => void, string]>([
    ['encrypted', (zip, entry) => void zip.writeUInt16LE(1, entry + 8), 'it is encrypted'],
    ['packed otherwise', (zip, entry) => void zip.writeUInt16LE(14, entry + 10), 'method 14'],
    [
      'a bomb by its own word',
      (zip, entry) => void zip.writeUInt32LE(4_000_000_000, entry + 24),
      'it claims 4000000000 bytes unpacked',
    ],
    [
      'larger than it says',
      (zip, entry) => void zip.writeUInt32LE(300, entry + 24),
      'it cannot be unpacked',
    ],
    [
      'smaller than it says',
      (zip, entry) => void zip.writeUInt32LE(100_000, entry + 24),
      'checksum mismatch in the zip',
    ],
    ['changed', zip => void (zip[zip.indexOf('000002.jpg') + 200]! ^= 1), 'it is damaged'],
    [
      'not where the directory says',
      (zip, entry) => void zip.writeUInt32LE(7, entry + 42),
      'damaged where it begins',
    ],
  ])(
    'with an image that is %s names that one, and reads the others',
    async (_what, damage, reason) => {
      const zip = await writeZip(entries(), bytes => {
        damage(bytes, inDirectory(bytes, 'img_align_celeba/000002.jpg'));
        return bytes;
      });
      const catalogue = await openCatalogue({source: 'auto'}, options(zip));
      await expect(catalogue.readImage(1)).rejects.toMatchObject({
        name: 'BadImage',
        message: expect.stringContaining(reason) as string,
      });
      expect(await catalogue.readImage(0)).toEqual(faces[0]);
    },
  );

  it('whose labels are damaged is refused', async () => {
    const zip = await writeZip(entries(), bytes => {
      bytes.writeUInt32LE(1, inDirectory(bytes, 'list_attr_celeba.txt') + 16);
      return bytes;
    });
    await expect(openCatalogue({source: 'auto'}, options(zip))).rejects.toMatchObject({
      message: expect.stringContaining('cannot be read: it is damaged') as string,
      exitCode: 3,
    });
  });

  it('made of a whole folder has its files under their paths', async () => {
    const root = await writeTinyFaces(temporaryFolder(), {images: 4});
    const zip = await zipFolder(root, path.join(temporaryFolder(), 'x.zip'));
    rmSync(root, {recursive: true});
    const tree = await zipTree(zip);
    expect([...(tree.names('img_align_celeba') ?? [])]).toHaveLength(4);
    expect(tree.names('nowhere')).toBeUndefined();
  });
});
