import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** All of CelebA's, as the experiment with forty heads names them. */
const experiment = new URL('../../experiments/forty-heads.yaml', import.meta.url);
const attributes = [...readFileSync(experiment, 'utf8').matchAll(/^ {4}- (\w+)$/gm)].map(
  ([, name]) => name as string,
);

/** The warnings about a data set of one image with this label file. */
async function warningsFor(file: string, labels: string): Promise<string> {
  const root = temporaryFolder();
  mkdirSync(path.join(root, 'img'));
  writeFileSync(path.join(root, 'img', '000001.jpg'), 'image');
  writeFileSync(path.join(root, file), labels);
  const warnings: string[] = [];
  await openCatalogue({source: 'auto'}, {...quietContext(warnings), root});
  return warnings.join();
}

describe("CelebA's licence", () => {
  it('is said for data with most of its attributes, and for the part that courses hand out', async () => {
    expect(attributes).toHaveLength(40);
    const most = attributes.slice(5);
    for (const [file, labels] of [
      ['list_attr_celeba.csv', `image_id,${most.join()}\n000001.jpg${',1'.repeat(most.length)}\n`],
      ['labels.csv', '\timg_name\tgender\tsmiling\n0\t000001.jpg\t1\t-1\n'],
    ] as const) {
      expect(await warningsFor(file, labels)).toContain('non-commercial research only');
    }
  });

  it("is not said about people's own data in the same layouts", async () => {
    for (const [file, labels] of [
      ['list_attr_celeba.txt', '1\nMale Smiling\n000001.jpg 1 -1\n'],
      ['list_attr_celeba.csv', 'image_id,Smiling,Ripe\n000001.jpg,1,0\n'],
      ['labels.csv', 'file_name,happy,Smiling\n000001.jpg,1,0\n'],
    ] as const) {
      expect(await warningsFor(file, labels)).toBe('');
    }
  });
});
