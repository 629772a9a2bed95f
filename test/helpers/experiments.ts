import {parseExperiment} from '../../src/experiment/parse.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {UserError} from '../../src/util/user-error.js';

/** A small experiment over the tiny faces; overrides as in `--set`. */
export const tinyYaml = `name: tiny
description: For tests.
data:
  heads: [Male, Smiling]
  image: {size: [18, 14]}
  split: {train: 32, validation: 8}
model:
  kind: multi-output
  layers:
    - conv2d: {filters: 4, kernel: 3, activation: relu}
    - maxPooling2d: {size: 2}
    - flatten: {}
    - dense: {units: 8, activation: relu}
training: {epochs: 2, batchSize: 12, optimizer: {adam: {learningRate: 0.01}}, seed: 3}
`;

export function tinyExperiment(...overrides: string[]): Experiment {
  const [variant] = parseExperiment(tinyYaml, 'tiny.yaml', overrides).variants;
  if (variant === undefined) throw new Error('The tiny experiment has a variant.');
  return variant.experiment;
}

/** The error with which a text is refused. */
export function failureOf(text: string, ...overrides: string[]): UserError {
  try {
    parseExperiment(text, 'tiny.yaml', overrides);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}
