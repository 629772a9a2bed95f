import path from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {parseExperiment} from '../../src/experiment/parse.js';
import {ParsedCache} from '../../src/experiment/parsed-cache.js';
import {tinyYaml} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

beforeEach(() => void Object.assign(globalThis, {CELEBA_TUI_BUILD: 'test'}));
afterEach(() => void Reflect.deleteProperty(globalThis, 'CELEBA_TUI_BUILD'));

it('takes an experiment from an earlier list only for the same text, path and overrides', () => {
  const env = {CELEBA_TUI_CACHE: path.join(temporaryFolder(), 'cache')};
  const matrix = `${tinyYaml}\nmatrix: {training.epochs: [1, 2]}\n`;
  const first = new ParsedCache(env);
  const parsed = first.parse(matrix, 'tiny.yaml', []);
  expect(parsed).toEqual(parseExperiment(matrix, 'tiny.yaml', []));
  expect(() => first.parse('name: 7', 'broken.yaml', [])).toThrow('broken.yaml');
  first.save();
  const second = new ParsedCache(env);
  expect(second.parse(matrix, 'tiny.yaml', [])).toEqual(parsed);
  expect(second.parse(matrix, 'moved.yaml', []).path).toBe('moved.yaml');
  expect(second.parse(tinyYaml, 'tiny.yaml', []).variants).toHaveLength(1);
  const override = second.parse(tinyYaml, 'tiny.yaml', ['training.epochs=9']);
  expect(override.variants[0]?.experiment.training.epochs).toBe(9);
  expect(() => second.parse('name: 7', 'broken.yaml', [])).toThrow('broken.yaml');
});
