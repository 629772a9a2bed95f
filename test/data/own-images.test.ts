import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import type {Catalogue} from '../../src/data/catalogue.js';
import {describeData} from '../../src/data/info.js';
import {openCatalogue, readAttributes} from '../../src/data/open-catalogue.js';
import {assertClasses, sampleImages, strataOf, stratumName} from '../../src/data/sampling.js';
import {oneClassWarnings} from '../../src/data/split-checks.js';
import {splitImages} from '../../src/data/split.js';
import {MISSING} from '../../src/experiment/missing-label.js';
import type {LabelKeys} from '../../src/experiment/schema.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {zipOf} from '../helpers/write-zip.js';

let root: string;
let warnings: string[];

beforeEach(() => {
  root = temporaryFolder();
  warnings = [];
});

/** Puts files into the folder; images are their own names. */
function put(files: readonly string[], texts: Readonly<Record<string, string>> = {}): void {
  for (const [name, text] of [
    ...files.map(file => [file, file] as const),
    ...Object.entries(texts),
  ]) {
    mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
    writeFileSync(path.join(root, name), text);
  }
}

const open = (keys: LabelKeys = {}, source: 'auto' | 'folder' = 'folder'): Promise<Catalogue> =>
  openCatalogue({source, ...keys}, {...quietContext(warnings), root});

/** `{photo.png: {Smiling: 1}}` */
function labelsOf({files, attributes, labels}: Catalogue): Record<string, Record<string, number>> {
  const rowOf = (row: number): Record<string, number> =>
    Object.fromEntries(
      attributes.map((name, column) => [name, labels[row * attributes.length + column]!]),
    );
  return Object.fromEntries(files.map((file, row) => [file, rowOf(row)]));
}

describe('images with a table of labels', () => {
  it.each([
    ['0 and 1', '0', '1'],
    ['-1 and 1', '-1', '1'],
    ['yes and no, in any case', 'No', 'YES'],
    ['true and false', 'false', 'True'],
    ['floating-point numbers', '0.0', '1.0'],
  ])('are read with labels written as %s', async (_how, no, yes) => {
    put(['a/1.png', 'b/2.JPG'], {'labels.csv': `image,Smiling\na/1.png,${no}\nb/2.JPG,${yes}\n`});
    const catalogue = await open();
    expect(labelsOf(catalogue)).toEqual({'a/1.png': {Smiling: 0}, 'b/2.JPG': {Smiling: 1}});
    expect((await catalogue.readImage(1)).toString()).toBe('b/2.JPG');
    expect(warnings).toEqual([]);
  });

  it('have two classes with names, in the order of the alphabet', async () => {
    put(['1.png', '2.png'], {'labels.csv': 'image,gender\n1.png,Male\n2.png,female\n'});
    const catalogue = await open();
    expect(labelsOf(catalogue)).toEqual({'1.png': {gender: 1}, '2.png': {gender: 0}});
    expect(catalogue.classes?.get('gender')).toEqual(['female', 'Male']);
  });

  it('have more than two classes, whose names the experiment repeats', async () => {
    put(['1.png', '2.png', '3.png'], {'labels.csv': 'image,kind\n1.png,b\n2.png,C\n3.png,a\n'});
    const catalogue = await open();
    expect(labelsOf(catalogue)).toEqual({
      '1.png': {kind: 1},
      '2.png': {kind: 2},
      '3.png': {kind: 0},
    });
    expect(catalogue.classes?.get('kind')).toEqual(['a', 'b', 'C']);
    const heads = ['kind'];
    expect(() => assertClasses(catalogue, {heads, classes: {kind: ['a', 'b', 'C']}})).not.toThrow();
    for (const classes of [undefined, {kind: ['b', 'a', 'C']}, {kind: ['a', 'b']}])
      expect(() => assertClasses(catalogue, {heads, classes})).toThrow(
        'data.classes: kind has 3 classes in',
      );
    expect(strataOf(catalogue, [0], [0, 1, 2])).toEqual([[2], [0], [1]]);
    expect(stratumName(2, heads, [['a', 'b', 'C']])).toBe('kind=C');
    expect(
      oneClassWarnings(catalogue, [0], heads, {train: [0, 1], validation: [2], test: []}),
    ).toEqual([
      'kind is a in none of the 2 train images.',
      'kind is a in all 1 validation images: its accuracy tells nothing about the other class.',
    ]);
  });

  it.each([
    ['a usual heading', {}, 'smiling;filename\n0;1.png\n1;2.png\n'],
    ['any heading, by its cells', {}, 'smiling,who\n0,1.png\n1,2.png\n'],
    ['numbers that are names of images', {}, 'smiling,id\n0,1\n1,2\n'],
    ['the key', {imageColumn: 'Bild'}, 'smiling,image,Bild\n0,no,1.png\n1,yes,2.png\n'],
    ['paths of another machine', {}, 'image,smiling\nC:\\me\\1.png,0\nC:\\me\\2.png,1\n'],
    ['another ending and capitals', {}, 'image,smiling\n1.JPG,0\n2.JPG,1\n'],
  ])('are found by %s', async (_how, keys, table) => {
    put(['1.png', '2.png'], {'labels.csv': table});
    expect(labelsOf(await open(keys))).toMatchObject({
      '1.png': {smiling: 0},
      '2.png': {smiling: 1},
    });
  });

  it('are read from the table that the key names, wherever it is', async () => {
    put(['img/1.png', 'img/2.png'], {
      'a.csv': 'image,x\n1.png,0\n',
      'b.csv': 'image,y\n1.png,0\n',
      'tables/b c.csv': 'image,Wears glasses?\n1.png,0\n2.png,1\n',
    });
    await expect(open()).rejects.toThrow('2 tables could label its images: a.csv, b.csv');
    const keys = {labels: 'tables/b c.csv'};
    expect((await open(keys)).attributes).toEqual(['Wears_glasses_']);
    expect(await readAttributes({source: 'folder', ...keys}, root)).toContain('Wears_glasses_');
  });

  it('have parts and people from columns', async () => {
    put(['1.png', '2.png', '3.png'], {
      'labels.csv':
        'image,smiling,split,subject\n1.png,0,train,Ann\n2.png,1,val,Bob\n3.png,1,test,Ann\n',
    });
    const catalogue = await open();
    expect(catalogue.attributes).toEqual(['smiling']);
    expect(catalogue.partition).toEqual(Uint8Array.of(0, 1, 2));
    expect(await catalogue.readIdentities()).toEqual(Int32Array.of(0, 1, 0));
  });

  it('may miss some images, and some rows', async () => {
    put(['1.png', '2.png', '4.png'], {
      'labels.csv': 'image,smiling\n1.png,0\n2.png,1\n3.png,1\n2.png,1\n',
    });
    expect((await open()).absent).toEqual(Uint32Array.of(2));
    expect(warnings.join('\n')).toContain('1 of the 3 images that the table names are missing');
    expect(warnings.join('\n')).toContain('1 of 3 images have no row');
    expect(warnings.join('\n')).toContain('1 rows repeat an image with the same labels');
  });

  it.each(['', 'NA', 'n/a', 'NaN'])('may lack some labels, written as %j', async missing => {
    put(['1.png', '2.png', '3.png'], {
      'labels.csv': `image,a,b\n1.png,0,${missing}\n2.png,1,yes\n3.png,${missing},no\n`,
    });
    const catalogue = await open();
    expect(labelsOf(catalogue)).toEqual({
      '1.png': {a: 0, b: MISSING},
      '2.png': {a: 1, b: 1},
      '3.png': {a: MISSING, b: 0},
    });
    expect(describeData(catalogue, [], [])).toMatchObject({
      balance: {a: 0.5, b: 0.5},
      unlabelled: {a: 1, b: 1},
    });
    const {data} = tinyExperiment('data.heads=[b]', 'data.split={train: 12, validation: 1}');
    expect(sampleImages(catalogue, data, 1, [0, 1, 2])).toEqual([1, 2]);
    expect(strataOf(catalogue, [0, 1], [0, 1, 2])).toEqual([[], [], [], [1]]);
  });

  it('are read from a zip, and by auto', async () => {
    root = path.join(root, 'photos.zip');
    writeFileSync(
      root,
      await zipOf({
        'photos/labels.csv': 'image,smiling\n1.png,0\n2.png,1\n',
        'photos/a/1.png': 'one',
        'photos/a/2.png': 'two',
      }),
    );
    const catalogue = await open({}, 'auto');
    expect(labelsOf(catalogue)).toEqual({'a/1.png': {smiling: 0}, 'a/2.png': {smiling: 1}});
    expect((await catalogue.readImage(1)).toString()).toBe('two');
  });
});

describe('a folder for each class', () => {
  it('makes its class a head, as torchvision reads it', async () => {
    put(['cats/1.png', 'cats/deep/2.png', 'dogs/1.png', '.DS_Store', 'cats/._1.png']);
    const catalogue = await open({}, 'auto');
    expect(labelsOf(catalogue)).toEqual({
      'cats/1.png': {class: 0},
      'cats/deep/2.png': {class: 0},
      'dogs/1.png': {class: 1},
    });
    expect(catalogue.classes?.get('class')).toEqual(['cats', 'dogs']);
    expect(await readAttributes({source: 'auto'}, root)).toEqual(['class']);
  });

  it('may be in folders of the parts', async () => {
    put(['train/cats/1.png', 'train/dogs/1.png', 'val/cats/1.png', 'test/dogs/9.png']);
    const catalogue = await open({}, 'auto');
    expect(catalogue.partition).toEqual(Uint8Array.of(2, 0, 0, 1));
    expect(Object.values(labelsOf(catalogue))).toEqual([
      {class: 1},
      {class: 0},
      {class: 1},
      {class: 0},
    ]);
  });

  it('takes validation images out of the training part where there are none', async () => {
    const images = ['1', '2', '3', '4', '5', '6'].flatMap(name => [
      `Training/no/${name}.png`,
      `Training/yes/${name}.png`,
    ]);
    put([...images, 'Testing/no/1.png', 'Testing/yes/1.png']);
    const catalogue = await open({}, 'auto');
    const {data} = tinyExperiment('data.split={by: official, validation: 4}', 'data.heads=[class]');
    const all = [...catalogue.files.keys()];
    const drawn = splitImages(catalogue, all, data, 1, undefined);
    expect([drawn.train.length, drawn.validation.length, drawn.test.length]).toEqual([8, 4, 2]);
    expect(new Set([...drawn.train, ...drawn.validation, ...drawn.test]).size).toBe(14);
    expect(splitImages(catalogue, all, data, 2, undefined)).not.toEqual(drawn);
  });
});

describe('known sets of faces', () => {
  it('FairFace: a table for each part', async () => {
    put(['train/1.jpg', 'train/2.jpg', 'val/1.jpg'], {
      'fairface_label_train.csv':
        'file,age,gender,race,service_test\ntrain/1.jpg,50-59,Male,East Asian,True\ntrain/2.jpg,30-39,Female,Indian,False\n',
      'fairface_label_val.csv':
        'file,age,gender,race,service_test\nval/1.jpg,3-9,Male,Black,False\n',
    });
    const catalogue = await open({}, 'auto');
    expect(labelsOf(catalogue)).toEqual({
      'train/1.jpg': {age: 2, gender: 1, race: 1, service_test: 1},
      'train/2.jpg': {age: 1, gender: 0, race: 2, service_test: 0},
      'val/1.jpg': {age: 0, gender: 1, race: 0, service_test: 0},
    });
    expect(catalogue.partition).toEqual(Uint8Array.of(0, 0, 1));
    expect(catalogue.classes?.get('race')).toEqual(['Black', 'East Asian', 'Indian']);
    expect(catalogue.classes?.get('age')).toEqual(['3-9', '30-39', '50-59']);
  });

  it('UTKFace: age, gender and race in the names', async () => {
    put([
      'part1/25_0_2_20170116174525125.jpg.chip.jpg',
      'part2/3_1_0_20170116174525126.jpg',
      '61_1_4_20170116174525127.jpg',
    ]);
    const catalogue = await open({}, 'auto');
    expect(Object.values(labelsOf(catalogue))).toEqual([
      {age: 2, gender: 0, race: 1},
      {age: 1, gender: 1, race: 0},
      {age: 0, gender: 0, race: 2},
    ]);
    expect(catalogue.classes?.get('age')).toEqual(['3-9', '20-29', '60-69']);
    expect(catalogue.classes?.get('race')).toEqual(['Asian', 'other', 'White']);
  });

  it("LFW: Kumar's scores of its attributes", async () => {
    put(['lfw/Ann_Lee/Ann_Lee_0001.jpg', 'lfw/Bob/Bob_0002.jpg'], {
      'lfw_attributes.txt':
        '# lfw_attributes.txt - 2 images\n#\tperson\timagenum\tMale\tSmiling\nAnn Lee\t1\t-1.5\t0.25\nBob\t2\t0.75\t-2\n',
    });
    const catalogue = await open({}, 'auto');
    expect(labelsOf(catalogue)).toEqual({
      'lfw/Ann_Lee/Ann_Lee_0001.jpg': {Male: 0, Smiling: 1},
      'lfw/Bob/Bob_0002.jpg': {Male: 1, Smiling: 0},
    });
    expect(warnings).toEqual([]);
  });
});

it('proposes keys that read what was found', async () => {
  const names = Array.from({length: 40}, (_, index) => `${index}.png`);
  put(names, {
    'labels.csv': [
      'image,smiling,rare,age',
      ...names.map((name, index) => `${name},${index % 2},${index === 3 ? 1 : 0},${index}`),
    ].join('\n'),
  });
  const {proposal, classes} = describeData(await open({}, 'auto'), [], []);
  expect(proposal).toEqual({
    source: 'folder',
    root,
    labels: 'labels.csv',
    imageColumn: 'image',
    heads: ['smiling'],
    image: {size: [64, 64]},
    split: {train: 28, validation: 4, test: 8},
    onBadImage: 'skip',
  });
  // So many classes may be read, but they are not proposed.
  expect(Object.keys(classes['age']!)).toHaveLength(40);
});
