import fc from 'fast-check';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';
import {infoText} from '../../../../src/cli/data.js';
import {describeData} from '../../../../src/data/info.js';
import {openCatalogue} from '../../../../src/data/open-catalogue.js';
import {drawImages} from '../../../../src/data/draw-images.js';
import {MISSING} from '../../../../src/experiment/missing-label.js';
import {tinyExperiment} from '../../experiments.js';
import {expectPrintable, expectUserError} from '../handled.js';
import {hostileTexts} from '../hostile-text.js';
import {mutated, mutations, type Mutation} from '../mutations.js';
import {putFile} from '../put-file.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';
import {temporaryFolder} from '../../temporary-folder.js';

type Layout = {
  readonly labels: string;
  readonly images: string;
  readonly text: string;
  readonly partition?: {readonly name: string; readonly text: string};
};

/** So many that a few lines may go and a split still finds its images. */
const names = Array.from({length: 24}, (_, index) => `${String(index + 1).padStart(6, '0')}.jpg`);
const rows = names.map((name, index) => [
  name,
  index % 2 === 0 ? '1' : '-1',
  index % 4 > 1 ? '1' : '-1',
]);
const parts = names.map((name, index) => [name, String(index % 3)]);

const layouts: readonly Layout[] = [
  {
    labels: 'list_attr_celeba.txt',
    images: 'img_align_celeba',
    text: [String(names.length), 'Male Smiling ', ...rows.map(cells => cells.join('  ')), ''].join(
      '\r\n',
    ),
    partition: {
      name: 'list_eval_partition.txt',
      text: parts.map(cells => cells.join(' ')).join('\n'),
    },
  },
  {
    labels: 'list_attr_celeba.csv',
    images: 'img_align_celeba',
    text: ['image_id,Male,Smiling', ...rows.map(cells => cells.join(',')), ''].join('\n'),
    partition: {
      name: 'list_eval_partition.csv',
      text: ['image_id,partition', ...parts.map(cells => cells.join(','))].join('\n'),
    },
  },
  {
    labels: 'labels.csv',
    images: 'img',
    text: [
      '\timg_name\tgender\tsmiling',
      ...rows.map((cells, index) => [String(index), ...cells].join('\t')),
      '',
    ].join('\n'),
  },
];

const pieces = [
  '../../etc/passwd',
  '/etc/passwd',
  '..\\x.jpg',
  '. ',
  '.. ',
  'C:\\x.jpg',
  'Male',
  '__proto__',
  'constructor',
  '000001.jpg',
  '-1 ',
  ' 2',
  '+1',
  '1.0',
  '""',
  '"\n',
  ';',
  '202599\n',
  '-4\n',
  '99999999999999999999\n',
  '<!DOCTYPE html>',
  'version https://git-lfs.github.com/spec/v1\n',
  ...hostileTexts.slice(0, 14),
];

type Case = {
  readonly layout: number;
  readonly labels: readonly Mutation[];
  readonly partition: readonly Mutation[];
};

const root = temporaryFolder('fuzz-data');
const folders = layouts.map((layout, index) => {
  const folder = path.join(root, String(index));
  mkdirSync(path.join(folder, layout.images), {recursive: true});
  for (const name of names) writeFileSync(path.join(folder, layout.images, name), '');
  return folder;
});

const official = tinyExperiment('data.split={by: official}').data;
const counted = tinyExperiment('data.split={train: 12, validation: 4}').data;

async function examine({layout: index, labels, partition}: Case): Promise<Outcome> {
  const layout = layouts[index] as Layout;
  const folder = folders[index] as string;
  putFile(path.join(folder, layout.labels), mutated(Buffer.from(layout.text), labels));
  if (layout.partition !== undefined) {
    const {name, text} = layout.partition;
    putFile(path.join(folder, name), mutated(Buffer.from(text), partition));
  }
  const warnings: string[] = [];
  try {
    const catalogue = await openCatalogue(
      {source: 'auto'},
      {
        root: folder,
        cacheFolder: root,
        onWarning: text => warnings.push(text),
        onProgress: () => {},
        signal: new AbortController().signal,
      },
    );
    expect(catalogue.labels).toHaveLength(catalogue.files.length * catalogue.attributes.length);
    const counts = catalogue.attributes.map(name => catalogue.classes?.get(name)?.length ?? 2);
    catalogue.labels.forEach((label, at) => {
      if (label !== MISSING) expect(label).toBeLessThan(counts[at % counts.length]!);
    });
    for (let position = 0; position < catalogue.files.length; position++) {
      const location = catalogue.locate(position);
      const inside = path.relative(folder, path.dirname(location.file));
      expect([layout.images, ...(catalogue.layout === 'folder of images' ? [''] : [])]).toContain(
        inside,
      );
    }
    expectPrintable(infoText(describeData(catalogue, ['Male', 'Smiling'], warnings)));
    const data = layout.partition === undefined ? counted : official;
    drawImages(catalogue, data, 1);
    return 'taken';
  } catch (error) {
    expectUserError(error, 3);
    return 'refused';
  }
}

export const labelFiles: FuzzTarget = fuzzTarget({
  name: 'label-files',
  promise: 'label and partition files of every layout are read or refused, and lead nowhere else',
  quick: 400,
  inputs: fc.record({
    layout: fc.nat(layouts.length - 1),
    labels: mutations(pieces),
    partition: fc.oneof(fc.constant([]), mutations(pieces, 2)),
  }),
  examine,
});
