import {mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
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
        `there is something else already: ${name.split('/')[0]}`,
      );
      await placeFolder(path.join(parent, 'other'), files);
      for (const file of theirs)
        expect(readFileSync(path.join(parent, file), 'utf8')).toBe('theirs');
    }
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
