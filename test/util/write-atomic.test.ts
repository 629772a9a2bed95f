import {lstatSync, readFileSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {unfinishedName, unfinishedOf, writeAtomic} from '../../src/util/write-atomic.js';
import {mounted} from '../helpers/small-disk.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

describe('a file that is replaced in one step', () => {
  it('stays as it was where the disk cannot take all of the new content', async context => {
    const folder = path.join(temporaryFolder(), 'disk');
    if (!mounted(folder, 'size=400k')) return context.skip('mount is not allowed');
    const file = path.join(folder, 'latest.checkpoint');
    await writeAtomic(file, Buffer.alloc(100_000, 1));
    for (const content of [Buffer.alloc(600_000, 2), 'x'.repeat(600_000)]) {
      await expect(writeAtomic(file, content)).rejects.toMatchObject({code: 'ENOSPC'});
      expect(readFileSync(file).equals(Buffer.alloc(100_000, 1))).toBe(true);
      expect(readdirSync(folder)).toEqual(['latest.checkpoint']);
    }
  });

  it('is one of the contents that several writers gave it at once', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'file');
    const contents = Array.from({length: 20}, (_, index) => String(index % 10).repeat(50_000));
    await Promise.all(contents.map(content => writeAtomic(file, content)));
    expect(contents).toContain(readFileSync(file, 'utf8'));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('takes the place of a link, and what the link leads to stays as it is', async () => {
    const folder = temporaryFolder();
    const [file, link] = [path.join(folder, 'file'), path.join(folder, 'link')];
    writeFileSync(file, 'theirs');
    symlinkSync(file, link);
    await writeAtomic(link, 'new');
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    expect(lstatSync(link).isSymbolicLink()).toBe(false);
    expect(readFileSync(link, 'utf8')).toBe('new');
  });

  it('is replaced where a link leads to, and the link stays, where a person named the link', async () => {
    const folder = temporaryFolder();
    const [file, link] = [path.join(folder, 'file'), path.join(folder, 'link')];
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    await writeAtomic(link, 'new', {links: 'follow'});
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('has a name of its own pattern until it is whole, which no other name has', () => {
    expect(unfinishedOf(path.basename(unfinishedName('/a/metrics.csv')))).toBe('metrics.csv');
    for (const name of [
      'metrics.csv.20241126',
      'metrics.csv.1234567',
      'a.unfinished',
      'metrics.csv',
    ])
      expect(unfinishedOf(name)).toBeUndefined();
  });
});
