import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {CatalogueContext} from '../data/catalogue.js';
import {commonSize} from '../data/image-size.js';
import {openCatalogue} from '../data/open-catalogue.js';
import {
  FEWEST_PROPOSED,
  namedClasses,
  type ProposedData,
  proposeData,
} from '../data/propose-data.js';
import {presentPositions} from '../data/sampling.js';
import {fullDataRoot} from '../experiment/data-root.js';
import {flowYaml} from '../experiment/flow-yaml.js';
import {parseExperiment} from '../experiment/parse.js';
import {makeFolders} from '../util/safe-file.js';
import {UserError} from '../util/user-error.js';

/** The network of the tutorial. */
const LAYERS = [
  {conv2d: {filters: 32, kernel: 3, activation: 'relu'}},
  {maxPooling2d: {size: 2}},
  {conv2d: {filters: 64, kernel: 3, activation: 'relu'}},
  {maxPooling2d: {size: 2}},
  {conv2d: {filters: 64, kernel: 3, activation: 'relu'}},
  {maxPooling2d: {size: 2}},
  {flatten: {}},
  {dense: {units: 64, activation: 'relu'}},
];
const BATCH = 32;
const MOST_NAME = 60;

type WrittenExperiment = {
  readonly name: string;
  /** Relative to the working folder. */
  readonly file: string;
};

/**
 * Writes an experiment on the images of a folder into `experiments/` of the working folder: the
 * tutorial's network on the heads that the folder has. Several heads ask whether one network is as good
 * as one for each; a single one asks whether mirrored images help.
 *
 * @throws UserError where the folder has no head to learn, or the file exists.
 */
export async function writeExperimentFrom(
  folder: string,
  workingFolder: string,
  context: CatalogueContext,
): Promise<WrittenExperiment> {
  const root = fullDataRoot(folder);
  const catalogue = await openCatalogue({source: 'auto'}, {...context, root});
  const present = presentPositions(catalogue);
  const data = proposeData(catalogue, await commonSize(catalogue, present));
  if (data === undefined) throw nothingToLearn(root, present.length, catalogue.rejected);
  const name = nameOf(root);
  const file = path.join('experiments', `${name}.yaml`);
  const full = path.join(workingFolder, file);
  if (existsSync(full)) {
    throw new UserError(`${file} exists. Expected a name that is free.`, {
      hint: 'Rename or remove the file. To run it: celeba-tui run ' + name,
    });
  }
  const text = experimentText(name, {...data, root: rootFrom(data.root, workingFolder)}, [
    ...namedClasses(catalogue).filter(([head]) => data.heads.includes(head)),
  ]);
  // What is written here can run, or it is not written.
  parseExperiment(text, file);
  makeFolders(path.dirname(full));
  await writeFile(full, text, {flag: 'wx'});
  return {name, file};
}

function nothingToLearn(
  root: string,
  images: number,
  rejected: ReadonlyMap<string, string> = new Map(),
): UserError {
  const reasons = [...rejected.values()].join(' ');
  return images < FEWEST_PROPOSED
    ? new UserError(
        `${root}: ${images} labelled images. Expected at least ${FEWEST_PROPOSED} to train and test on.`,
        {hint: 'Add images with labels.', exitCode: 3},
      )
    : new UserError(
        `${root}: no column of its labels has classes with at least five images each. ${reasons}`.trim(),
        {
          hint: 'docs/own-images.md shows how to label images; data info shows what the folder has.',
          exitCode: 3,
        },
      );
}

/** The name of the folder, in characters that names of experiments have. */
function nameOf(root: string): string {
  const name = path
    .basename(root)
    .replace(/\.zip$/i, '')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[._-]+/, '')
    .slice(0, MOST_NAME);
  return name === '' ? 'images' : name;
}

function rootFrom(root: string, workingFolder: string): string {
  const relative = path.relative(workingFolder, root);
  if (relative === '') return '.';
  return relative.startsWith('..') || path.isAbsolute(relative) ? root : relative;
}

function experimentText(
  name: string,
  data: ProposedData,
  classes: readonly (readonly [string, readonly string[]])[],
): string {
  const isSingle = data.heads.length === 1;
  const question = isSingle
    ? 'Do mirrored training images help?'
    : 'Is one network with all heads as good as one network for each head?';
  const meanings = classes.map(
    ([head, names]) =>
      `# ${head}: ${names.map((name, label) => `${label} is ${name}`).join(', ')}.\n`,
  );
  const batch = 'train' in data.split ? Math.min(BATCH, data.split.train) : BATCH;
  const yaml = flowYaml({
    name,
    description: question,
    data,
    model: {kind: 'multi-output', layers: LAYERS},
    training: {
      epochs: 15,
      batchSize: batch,
      optimizer: {adam: {learningRate: 0.001}},
      seed: 1,
    },
    matrix: isSingle
      ? {'training.augment.flip': [false, true]}
      : {'model.kind': ['separate', 'multi-output']},
  });
  return `# ${question}\n${meanings.map(line => line.replaceAll(/[\r\n](?!$)/g, ' ')).join('')}${yaml}`;
}
