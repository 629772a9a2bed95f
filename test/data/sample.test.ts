import {mkdirSync, readFileSync, readdirSync, utimesSync} from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import {describe, expect, it} from 'vitest';
import {folderTree} from '../../src/data/files/folder-tree.js';
import {celeba} from '../../src/data/layouts/text-layouts.js';
import {drawFace, sampleAttributes} from '../../src/data/sample/draw-face.js';
import {factorAttributes, factorLabels} from '../../src/data/sample/compose-scene.js';
import {ensureSample, makeSample, sampleFolder} from '../../src/data/sample/ensure-sample.js';
import {deriveSeed, seededRandom} from '../../src/util/random.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const quiet = {onProgress: () => {}, signal: new AbortController().signal, images: 48};

describe('the sample faces', () => {
  it('are the same bytes each time, in sizes and layout of CelebA', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    await makeSample(first, quiet);
    await makeSample(second, quiet);
    for (const name of ['list_attr_celeba.txt', 'img_align_celeba/000007.jpg']) {
      expect(readFileSync(path.join(second, name))).toEqual(readFileSync(path.join(first, name)));
    }
    const {width, height, format} = await sharp(
      path.join(first, 'img_align_celeba/000001.jpg'),
    ).metadata();
    expect([width, height, format]).toEqual([178, 218, 'jpeg']);
  });

  it('have each combination of Male and Smiling as often, and an official split', async () => {
    const folder = temporaryFolder();
    await makeSample(folder, quiet);
    const {labels, attributes, files, partition} = await celeba.open(
      folderTree(folder),
      quietContext(),
    );
    const column = (name: string) =>
      files.map((_, image) => labels[image * attributes.length + attributes.indexOf(name)]);
    const pairs = column('Male').map((male, image) => `${male}${column('Smiling')[image]}`);
    expect(
      ['00', '01', '10', '11'].map(pair => pairs.filter(other => other === pair).length),
    ).toEqual([12, 12, 12, 12]);
    for (const name of ['Goatee', 'Mustache', 'No_Beard'])
      expect(new Set(column(name))).toEqual(new Set([0, 1]));
    expect(new Set(partition)).toEqual(new Set([0, 1, 2]));
  });

  it('have attributes that share a factor with their group, most of the time, and with no other', () => {
    const images = Array.from({length: 2000}, (_, index) =>
      factorLabels(
        {light: index % 2 === 0, tilt: index % 4 > 1, place: index % 8 > 3},
        deriveSeed(1, `face/${index}`),
      ),
    );
    const agreement = (first: string, second: string): number =>
      images.filter(labels => labels[first] === labels[second]).length / images.length;
    for (const first of factorAttributes)
      for (const second of factorAttributes.filter(name => name !== first)) {
        const isSameFactor = first.split('_')[0] === second.split('_')[0];
        // Two of a factor are both right, or both wrong: 0.85² + 0.15².
        const expected = isSameFactor ? 0.745 : 0.5;
        expect(Math.abs(agreement(first, second) - expected), `${first} ${second}`).toBeLessThan(
          0.05,
        );
      }
  });

  it('appear whole, when two processes make them at once, and nothing is left of one that was stopped', async () => {
    const cache = temporaryFolder();
    const aborted = new AbortController();
    const stopped = ensureSample(cache, {
      ...quiet,
      signal: aborted.signal,
      onProgress: done => done > 3 && aborted.abort(),
    });
    await expect(stopped).rejects.toThrow();
    expect(readdirSync(cache)).toEqual([]);
    const abandoned = `${sampleFolder(cache)}.1-0a1b2c3d.unfinished`;
    mkdirSync(abandoned);
    utimesSync(abandoned, 0, 0);
    const folders = await Promise.all([ensureSample(cache, quiet), ensureSample(cache, quiet)]);
    expect(new Set(folders).size).toBe(1);
    expect(readdirSync(path.join(folders[0], 'img_align_celeba'))).toHaveLength(48);
    expect(readdirSync(cache)).toEqual([path.basename(folders[0])]);
  });

  it('have labels that the drawing shows: hair behind a bald head, hair above the lip', () => {
    const faces = Array.from({length: 400}, (_, index) =>
      drawFace(
        index % 2 === 0 ? 'female' : 'male',
        false,
        seededRandom(deriveSeed(1, `face/${index}`)),
      ),
    );
    const all = faces.map(({labels}) => labels);
    expect(
      all.filter(({Male, Bald, Goatee, Mustache}) => !Male && (Bald || Goatee || Mustache)),
    ).toEqual([]);
    expect(
      all.filter(({Bald, Black_Hair, Blond_Hair}) => Bald && (Black_Hair || Blond_Hair)),
    ).toEqual([]);
    expect(all.filter(({No_Beard, Goatee}) => No_Beard && Goatee)).toEqual([]);
    // Every attribute that varies among the faces is one that a network could learn.
    for (const name of sampleAttributes.filter(attribute => attribute !== 'Smiling')) {
      expect(new Set(all.map(labels => labels[name])), name).toEqual(new Set([false, true]));
    }
  });
});
