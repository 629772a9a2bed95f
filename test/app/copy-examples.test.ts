import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {copyExamples, copyExperiment, editableFile} from '../../src/app/copy-examples.js';
import {shippedExperiments} from '../../src/experiment/load.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

it('copies the examples with their schema, and leaves files that exist as they are', async () => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'experiments'));
  writeFileSync(path.join(folder, 'experiments', 'quick.yaml'), 'mine');
  const copied = await copyExamples(folder);
  expect(copied.filter(({isNew}) => !isNew)).toEqual([{name: 'quick.yaml', isNew: false}]);
  expect(copied.map(({name}) => name)).toContain('experiment.schema.json');
  expect(readFileSync(path.join(folder, 'experiments', 'quick.yaml'), 'utf8')).toBe('mine');
});

it('copies the presets of papers into their folder, and edits the copy there', async () => {
  const folder = temporaryFolder();
  const name = path.join('papers', 'celeba-40-cnn.yaml');
  const copy = await editableFile(path.join(shippedExperiments, name), folder);
  expect(copy).toBe(path.join(folder, 'experiments', name));
  expect(readFileSync(copy)).toEqual(readFileSync(path.join(shippedExperiments, name)));
});

it('gives the copy of a shipped experiment to the editor, and any other file itself', async () => {
  const folder = temporaryFolder();
  const own = path.join(folder, 'own.yaml');
  expect(await editableFile(own, folder)).toBe(own);
  expect(existsSync(path.join(folder, 'experiments'))).toBe(false);
  const copy = await editableFile(path.join(shippedExperiments, 'quick.yaml'), folder);
  expect(copy).toBe(path.join(folder, 'experiments', 'quick.yaml'));
  expect(readFileSync(copy)).toEqual(readFileSync(path.join(shippedExperiments, 'quick.yaml')));
});

it('copies an experiment under another name, which its runs have, and nothing over a file', async () => {
  const folder = temporaryFolder();
  const own = path.join(folder, 'own.yaml');
  writeFileSync(own, '# mine\nname: own\ndescription: "name: own"\n');
  const copy = await copyExperiment(own, 'second', folder);
  expect(copy).toBe(path.join(folder, 'second.yaml'));
  expect(readFileSync(copy, 'utf8')).toBe('# mine\nname: second\ndescription: "name: own"\n');
  await expect(copyExperiment(own, 'second', folder)).rejects.toThrow(
    'second.yaml exists already. Choose another name.',
  );
  await expect(copyExperiment(own, '../second', folder)).rejects.toThrow(
    '"../second" is not a name of an experiment.',
  );
  expect(readdirSync(folder).sort()).toEqual(['own.yaml', 'second.yaml']);
});
