import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {checkData} from '../../src/cli/check.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let root: string;
beforeEach(async () => {
  root = await writeTinyFaces(temporaryFolder(), {images: 48});
});

function notesOf(data: string, ...variants: (readonly string[])[]): Promise<readonly string[]> {
  const experiments = variants.map(overrides => tinyExperiment(...overrides));
  return checkData(experiments, {data, cacheFolder: temporaryFolder()});
}

describe('check, where the data is there', () => {
  it('has nothing to say where heads, sample and split fit', async () => {
    const notes = await notesOf(root, [], ['training.epochs=3']);
    expect(notes.filter(text => !text.includes('research only'))).toEqual([]);
  });

  it.each([
    ['a head that the data has not', 'data.heads=[Male, Bald]', 'Bald is not an attribute'],
    [
      'a slice that the data has not',
      'evaluation.slices=[Smiling x male]',
      'evaluation.slices: male is not an attribute',
    ],
    ['a split that is too large', 'data.split.train=100', 'at most 48'],
    ['an official split that is not there', 'data.split={by: official}', 'has no partition'],
    [
      'strata that are too small',
      'data.sampling={strategy: balanced, perStratum: 100}',
      'Expected 100 in each stratum',
    ],
  ])('refuses %s, once for all variants', async (_what, override, message) => {
    await expect(notesOf(root, [override], [override, 'training.epochs=3'])).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: 3,
    });
  });

  it('names the attribute that a slice may have meant', async () => {
    await expect(notesOf(root, ['evaluation.slices=[Smiling x male]'])).rejects.toMatchObject({
      hint: 'Did you mean Male?',
    });
  });

  it('warns of a scale that meets images of another size, for each variant that has one', async () => {
    const notes = await notesOf(root, ['data.image={scale: 8}'], ['data.image={size: [27, 22]}']);
    expect(notes.filter(text => text.includes('The images are'))).toEqual([
      "The images are 54x44 and are scaled to 27x22. data.image.scale 8 counts from 218x178, CelebA's size, whatever the images have: name data.image.size: [height, width] instead.",
    ]);
  });

  it('warns of a head with one class', async () => {
    const file = path.join(root, 'list_attr_celeba.txt');
    const labels = readFileSync(file, 'utf8').replaceAll(/(jpg +)(-?1)/g, '$1-1');
    writeFileSync(file, labels);
    const notes = await notesOf(root, []);
    expect(notes).toContain(
      'Male is 0 in all 32 train images: the network cannot learn to tell it apart.',
    );
    expect(notes).toContain(
      'Male is 0 in all 8 validation images: its accuracy tells nothing about the other class.',
    );
  });
});

describe('check, where the data is not there', () => {
  it('says that it was not checked, once for all variants', async () => {
    const nowhere = path.join(root, 'nowhere');
    const variants = [[], ['training.epochs=3']].map(overrides =>
      tinyExperiment(`data.root=${JSON.stringify(nowhere)}`, ...overrides),
    );
    expect(await checkData(variants, {data: undefined, cacheFolder: temporaryFolder()})).toEqual([
      `${nowhere} does not exist, so heads, sample and split were not checked.`,
    ]);
  });

  it('refuses a folder that --data names', async () => {
    const nowhere = path.join(root, 'nowhere');
    await expect(notesOf(nowhere, [])).rejects.toMatchObject({
      message: expect.stringContaining(`${nowhere}: no such folder`) as string,
      exitCode: 3,
    });
  });
});
