import {
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {placeFolder} from '../../src/util/place-folder.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const files = {'model.json': 'new', 'weights.bin': new Uint8Array(8)};

describe('a folder of files that is placed as a whole', () => {
  it('takes the place of an earlier one with the same files, and leaves nothing beside it', async () => {
    const parent = temporaryFolder();
    const folder = path.join(parent, 'model');
    await placeFolder(folder, {...files, 'model.json': 'old'});
    await placeFolder(folder, files);
    expect(readFileSync(path.join(folder, 'model.json'), 'utf8')).toBe('new');
    expect(readdirSync(parent)).toEqual(['model']);
  });

  it("removes no file that is not its own, whatever it is called, and nobody's unfinished folder", async () => {
    for (const name of ['notes.txt', 'constructor', 'toString', '__proto__', 'model.json/x']) {
      const parent = temporaryFolder();
      const theirs = [`model/${name}`, 'model.unfinished/thesis.txt'];
      for (const file of theirs) {
        mkdirSync(path.dirname(path.join(parent, file)), {recursive: true});
        writeFileSync(path.join(parent, file), 'theirs');
      }
      await expect(placeFolder(path.join(parent, 'model'), files)).rejects.toThrow(
        `it already contains other files: ${name.split('/')[0]}`,
      );
      await placeFolder(path.join(parent, 'other'), files);
      for (const file of theirs)
        expect(readFileSync(path.join(parent, file), 'utf8')).toBe('theirs');
    }
  });

  it("removes what a killed program left of it an hour ago, and nothing that is newer, linked or somebody else's", async () => {
    const parent = temporaryFolder();
    const old = new Date(Date.now() - 2 * 3_600_000);
    const put = (name: string, file: string, when: Date): void => {
      mkdirSync(path.join(parent, name));
      writeFileSync(path.join(parent, name, file), 'half');
      utimesSync(path.join(parent, name), when, when);
    };
    put('model.1-00000001.unfinished', 'weights.bin', old);
    put('model.1-00000002.unfinished', 'model.json.1-0000000a.unfinished', old);
    put('model.1-00000003.unfinished', 'thesis.txt', old);
    put('model.1-00000004.unfinished', 'weights.bin', new Date());
    put('model.old.unfinished', 'weights.bin', old);
    put('theirs', 'weights.bin', old);
    symlinkSync('theirs', path.join(parent, 'model.1-00000005.unfinished'));
    await placeFolder(path.join(parent, 'model'), files);
    expect(readdirSync(parent).toSorted()).toEqual([
      'model',
      'model.1-00000003.unfinished',
      'model.1-00000004.unfinished',
      'model.1-00000005.unfinished',
      'model.old.unfinished',
      'theirs',
    ]);
    expect(readdirSync(path.join(parent, 'theirs'))).toEqual(['weights.bin']);
  });

  it('is not placed through a link, whose other end stays as it is', async () => {
    const parent = temporaryFolder();
    const [other, link] = [path.join(parent, 'other'), path.join(parent, 'model')];
    mkdirSync(other);
    writeFileSync(path.join(other, 'model.json'), 'theirs');
    symlinkSync(other, link);
    await expect(placeFolder(link, files)).rejects.toThrow('it is a link, not a folder');
    expect(readdirSync(other)).toEqual(['model.json']);
  });

  it('replaces a link inside it without touching what the link leads to', async () => {
    const parent = temporaryFolder();
    const folder = path.join(parent, 'model');
    mkdirSync(folder);
    writeFileSync(path.join(parent, 'theirs'), 'theirs');
    symlinkSync('../theirs', path.join(folder, 'model.json'));
    await placeFolder(folder, files);
    expect(readFileSync(path.join(parent, 'theirs'), 'utf8')).toBe('theirs');
    expect(readFileSync(path.join(folder, 'model.json'), 'utf8')).toBe('new');
  });
});
