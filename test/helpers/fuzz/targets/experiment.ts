import fc from 'fast-check';
import {mkdtempSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect} from 'vitest';
import {checkText} from '../../../../src/cli/check.js';
import {loadExperiment, shippedExperiments} from '../../../../src/experiment/load.js';
import {parseExperiment} from '../../../../src/experiment/parse.js';
import {parseResolved, stringifyExperiment} from '../../../../src/experiment/stringify.js';
import {tinyYaml} from '../../experiments.js';
import {expectPrintable, expectUserError} from '../handled.js';
import {hostileText, hostileTexts, hostileValue} from '../hostile-text.js';
import {mutated, mutations} from '../mutations.js';
import {fuzzTarget, type FuzzTarget} from '../target.js';

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

const folder = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-fuzz-'));
const file = path.join(folder, 'changed.yaml');

async function examine(bytes: Buffer): Promise<void> {
  writeFileSync(file, bytes);
  try {
    const parsed = await loadExperiment(file, folder);
    for (const {experiment} of parsed.variants.slice(0, 3))
      expect(parseResolved(stringifyExperiment(experiment), 'x')).toEqual(experiment);
    expectPrintable(checkText({...parsed, variants: parsed.variants.slice(0, 3)}));
  } catch (error) {
    expectUserError(error, 2);
    expect((error as Error).message).toContain('changed.yaml');
  }
  expect(({} as {polluted?: unknown}).polluted).toBeUndefined();
}

export const experimentFile: FuzzTarget = fuzzTarget({
  name: 'experiment-file',
  promise: 'an experiment file is read or refused with its place, whatever its bytes',
  quick: 1000,
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

/** A value where another belongs, by the key of `--set`. */
export const experimentValue: FuzzTarget = fuzzTarget({
  name: 'experiment-value',
  promise: 'any value for any key is taken or refused with what was expected',
  quick: 1000,
  inputs: fc.array(
    fc.tuple(
      fc.oneof({weight: 5, arbitrary: fc.constantFrom(...keys)}, hostileText),
      fc.oneof(
        hostileValue.map(value =>
          typeof value === 'number' ? yamlNumber(value) : (JSON.stringify(value) ?? 'null'),
        ),
        fc.constantFrom(...hostileTexts),
      ),
    ),
    {minLength: 1, maxLength: 3},
  ),
  examine: pairs => {
    try {
      const overrides = pairs.map(([key, value]) => `${key}=${value}`);
      const parsed = parseExperiment(tinyYaml, 'tiny.yaml', overrides);
      for (const {experiment} of parsed.variants.slice(0, 3))
        expect(parseResolved(stringifyExperiment(experiment), 'x')).toEqual(experiment);
      expectPrintable(checkText({...parsed, variants: parsed.variants.slice(0, 3)}));
    } catch (error) {
      expectUserError(error, 2);
    }
    expect(({} as {polluted?: unknown}).polluted).toBeUndefined();
  },
});

function yamlNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return Number.isFinite(value) ? String(value) : value > 0 ? '.inf' : '-.inf';
}
