import fc from 'fast-check';
import {readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';
import {checkText} from '../../../../src/cli/check.js';
import {loadExperiment, shippedExperiments} from '../../../../src/experiment/load.js';
import {parseExperiment, type ParsedExperiment} from '../../../../src/experiment/parse.js';
import {parseResolved, stringifyExperiment} from '../../../../src/experiment/stringify.js';
import {assertFitsMemory} from '../../../../src/model/memory.js';
import {tinyYaml} from '../../experiments.js';
import {expectPrintable, expectUserError} from '../handled.js';
import {hostileText, hostileTexts, hostileValue} from '../hostile-text.js';
import {mutated, mutations} from '../mutations.js';
import {putFile} from '../put-file.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';
import {temporaryFolder} from '../../temporary-folder.js';

const yamlPieces = [
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '? ',
  '&a ',
  '*a',
  '<<: *a\n',
  '<<: {a: 1}\n',
  '!!map ',
  '!!binary ',
  '!!js/function ',
  '!<tag:yaml.org,2002:null> ',
  '%YAML 1.1\n---\n',
  '---\n',
  '...\n',
  '|\n',
  '>-\n',
  '#',
  "'",
  '~',
  '.nan',
  '-.inf',
  '0x10',
  '1e9',
  '-5',
  'yes',
  '2026-01-01',
  '__proto__: {polluted: 1}\n',
  'constructor: {prototype: {polluted: 1}}\n',
  'name: twice\n',
  'matrix: {data.image.scale: [1, 2, 3]}\n',
  'matrix: {__proto__.polluted: [1]}\n',
  'expect: [Male.validation.accuracy >= 0.5]\n',
];

const sources: readonly string[] = [
  tinyYaml,
  ...readdirSync(shippedExperiments)
    .filter(file => file.endsWith('.yaml'))
    .map(file => readFileSync(path.join(shippedExperiments, file), 'utf8')),
];

/** Files that were made to hurt a reader. */
const made: readonly string[] = [
  bomb(),
  '['.repeat(100_000),
  '{a: '.repeat(2000) + '}'.repeat(2000),
  '- '.repeat(50_000),
  'a:\n'.repeat(40_000),
  `description: "${'x'.repeat(190_000)}"`,
  `description: |\n  ${'x\n  '.repeat(60_000)}`,
  `? ${'['.repeat(1000)}`,
  '"'.repeat(100_000),
  `${'#'.repeat(190_000)}`,
  `${'\t'.repeat(190_000)}a: 1`,
  `&a `.repeat(10_000),
  `x: &x\n${'  <<: *x\n'.repeat(10_000)}`,
  `name: ${'é'.repeat(150_000)}`,
  '\ufeff\ufeffname: x',
  `\ufeff${tinyYaml}`,
  tinyYaml.replaceAll('\n', '\r\n'),
  tinyYaml.replaceAll('\n', '\r'),
  tinyYaml.replaceAll('  ', '\t'),
  tinyYaml.replace('For tests.', '"\\u202e\\x9b31m\\e[2J"'),
  `${tinyYaml}matrix: {${Array.from({length: 20}, (_, axis) => `training.seed${axis}: [1, 2]`).join(', ')}}`,
  `${tinyYaml}matrix: {training.seed: [${Array.from({length: 100}, (_, seed) => seed).join(', ')}], training.epochs: [${Array.from({length: 100}, (_, epochs) => epochs + 1).join(', ')}]}`,
];

/** Ten aliases of ten aliases …: a billion copies. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 10; level++) {
    const copies = Array.from({length: 9}, () => `*a${level - 1}`).join(', ');
    lines.push(`a${level}: &a${level} [${copies}]`);
  }
  return lines.join('\n');
}

const folder = temporaryFolder('fuzz');
const file = path.join(folder, 'changed.yaml');

async function examine(bytes: Buffer): Promise<Outcome> {
  putFile(file, bytes);
  try {
    expectSound(await loadExperiment(file, folder));
    return 'taken';
  } catch (error) {
    expectUserError(error, 2);
    expect((error as Error).message).toMatch(/changed\.yaml|of memory/);
    return 'refused';
  } finally {
    expect(({} as {polluted?: unknown}).polluted).toBeUndefined();
  }
}

/** Of a machine that some of the networks are too large for. */
const MEMORY_BYTES = 8e9;

/** What was read comes back the same from the text of it, and can be shown. */
function expectSound(parsed: ParsedExperiment): void {
  const variants = parsed.variants.slice(0, 3);
  for (const {experiment} of variants) {
    expect(parseResolved(stringifyExperiment(experiment), 'x')).toEqual(experiment);
    assertFitsMemory(experiment, MEMORY_BYTES);
  }
  expectPrintable(checkText({...parsed, variants}));
}

export const experimentFile: FuzzTarget = fuzzTarget({
  name: 'experiment-file',
  promise: 'an experiment file is read or refused with its place, whatever its bytes',
  quick: 200,
  inputs: fc
    .tuple(fc.constantFrom(...sources), mutations(yamlPieces))
    .map(([source, changes]) => mutated(Buffer.from(source), changes)),
  examples: made.map(text => Buffer.from(text)),
  examine,
});

const keys = [
  'name',
  'description',
  'data.root',
  'data.heads',
  'data.heads[0]',
  'data.image.scale',
  'data.image.size',
  'data.sampling',
  'data.sampling.perStratum',
  'data.split.train',
  'data.split',
  'data.seed',
  'model.kind',
  'model.layers',
  'model.layers[0].conv2d.filters',
  'model.layers[0].conv2d.kernel',
  'model.layers[0]',
  'model.layers[99999999]',
  'training.epochs',
  'training.batchSize',
  'training.optimizer.adam.learningRate',
  'training.optimizer',
  'training.seed',
  'training.lossWeights.Male',
  'expect',
  'matrix',
  'matrix.data.image.scale',
  'matrix.training.seed',
  '__proto__.polluted',
  'constructor.prototype.polluted',
  'data.__proto__',
  'a'.repeat(1000),
  '[0]',
  '.',
];

/** What each key may be, mostly at the edge of what fits the others. */
const sensible: readonly (readonly [key: string, ...values: string[]])[] = [
  ['data.heads', '[Male]', '[Smiling, Male, Young]'],
  ['data.image.size', '[18, 14]', '[1, 1]', '[3, 200]', '[2048, 2048]'],
  ['data.image.scale', '1', '2.5', '18', '109'],
  [
    'data.sampling',
    '{strategy: all}',
    '{strategy: first, count: 99}',
    '{strategy: balanced, perStratum: 9}',
  ],
  ['data.split', '{train: 1, validation: 1}', '{by: official}', '{train: 12, validation: 1}'],
  ['data.seed', '0', '2147483647'],
  ['model.kind', 'separate', 'multi-output', 'concatenated', 'grouped'],
  ['model.groups', 'Male + Smiling', '[[Smiling], [Male]]', '[[Male, Smiling], [Male]]', '[[]]'],
  ['model.branchAfter', '1', '3', '4'],
  ['model.answeredBy', 'first', 'best'],
  ['model.output', 'softmax', 'sigmoid'],
  ['model.layers[0].conv2d.filters', '1', '512'],
  ['model.layers[0].conv2d.kernel', '1', '[1, 14]', '19', '[18, 14]'],
  ['model.layers[0].conv2d.stride', '1', '[2, 1]', '40'],
  ['model.layers[0].conv2d.dilation', '2', '7'],
  ['model.layers[1]', '{dropout: {rate: 0.5}}', '{globalAveragePooling2d: {}}', '{flatten: {}}'],
  [
    'model.layers[1]',
    '{block: a, repeat: 9}',
    '{residual: {layers: [{conv2d: {filters: 9, stride: 2}}, {block: b}]}}',
    '{add: [[], [{block: a}], [{flatten: {}}]]}',
    '{squeezeExcitation: {ratio: 1024}}',
  ],
  [
    'model.blocks',
    '{a: [{separableConv2d: {filters: 2, padding: same}}], b: [{block: a, repeat: 100}]}',
    '{a: [{block: b, repeat: 100}], b: [{block: a, repeat: 100}]}',
    '{a: [{groupNormalization: {}}], b: [{depthwiseConv2d: {stride: [1, 2]}}]}',
  ],
  ['model.layers[1].maxPooling2d.size', '1', '8', '9', '[16, 12]'],
  ['model.layers[3].dense.units', '1', '65536'],
  ['model.layers[4]', '{batchNormalization: {}}', '{activation: {function: relu}}'],
  ['training.epochs', '1', '1000'],
  ['training.batchSize', '1', '32', '33', '4096'],
  ['training.optimizer', '{sgd: {learningRate: 0.1}}', '{momentum: {momentum: 0}}', '{adam: {}}'],
  ['training.schedule', '{kind: plateau, patience: 1}', '{kind: plateau, patience: 0}'],
  ['training.accumulate', '1', '4096', '4097'],
  ['training.augment', '{mixup: 0}', '{mixup: 2}', '{mixup: 2.1}'],
  ['training.ema', '{}', '{decay: 0.99999999}', '{decay: 1}'],
  ['training.seed', '0', '7'],
  ['training.lossWeights', '{Male: 0}', '{Male: 2, Smiling: 1}'],
  ['expect', '[Male.validation.accuracy >= 0.5]', '[]'],
  ['matrix', '{training.seed: [1, 2]}', '{data.image.scale: [1, 2], training.epochs: [1]}'],
];

const sensiblePair = fc
  .constantFrom(...sensible)
  .chain(([key, ...values]) => fc.tuple(fc.constant(key), fc.constantFrom(...values)));

/** A value where another belongs, by the key of `--set`. */
export const experimentValue: FuzzTarget = fuzzTarget({
  name: 'experiment-value',
  promise: 'any value for any key is taken or refused with what was expected',
  quick: 200,
  inputs: fc.array(
    fc.oneof(
      {weight: 3, arbitrary: sensiblePair},
      fc.tuple(
        fc.oneof({weight: 5, arbitrary: fc.constantFrom(...keys)}, hostileText),
        fc.oneof(
          hostileValue.map(value =>
            typeof value === 'number' ? yamlNumber(value) : (JSON.stringify(value) ?? 'null'),
          ),
          fc.constantFrom(...hostileTexts),
        ),
      ),
    ),
    {minLength: 1, maxLength: 3},
  ),
  examine: pairs => {
    try {
      const overrides = pairs.map(([key, value]) => `${key}=${value}`);
      expectSound(parseExperiment(tinyYaml, 'tiny.yaml', overrides));
      return 'taken';
    } catch (error) {
      expectUserError(error, 2);
      return 'refused';
    } finally {
      expect(({} as {polluted?: unknown}).polluted).toBeUndefined();
    }
  },
});

function yamlNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return Number.isFinite(value) ? String(value) : value > 0 ? '.inf' : '-.inf';
}
