import {layerDefinition, type LayerEntry, type LayerKind} from './layers.js';
import type {Problem} from './problems.js';

type Needs = 'image' | 'row' | 'either';

const takes: Readonly<Record<LayerKind, Needs>> = {
  conv2d: 'image',
  maxPooling2d: 'image',
  averagePooling2d: 'image',
  globalAveragePooling2d: 'image',
  flatten: 'image',
  dense: 'row',
  dropout: 'either',
  batchNormalization: 'either',
  activation: 'either',
};

const makesRow: ReadonlySet<LayerKind> = new Set(['flatten', 'globalAveragePooling2d', 'dense']);

/** Whether each layer can take what the one above it gives, and the heads what the last one gives. */
export function layerOrderProblems(layers: readonly LayerEntry[]): Problem[] {
  let given: Needs = 'image';
  for (const [index, entry] of layers.entries()) {
    const {kind} = layerDefinition(entry);
    const path = ['model', 'layers', index, kind];
    if (takes[kind] === 'row' && given === 'image') {
      const message = `${kind} takes one row of values, and gets an image. Expected flatten or globalAveragePooling2d above it.`;
      return [{path, message, atKey: true}];
    }
    if (takes[kind] === 'image' && given === 'row') {
      const message = `${kind} takes an image, and gets one row of values. Expected it above flatten, globalAveragePooling2d and dense.`;
      return [{path, message, atKey: true}];
    }
    if (makesRow.has(kind)) given = 'row';
  }
  if (given === 'row') return [];
  const message =
    'The layers end with an image, and the heads take one row of values. Expected flatten or globalAveragePooling2d after the last convolution.';
  return [{path: ['model', 'layers', layers.length - 1], message}];
}
