import {layerDefinition, layerKinds, type LayerEntry} from '../model/layers/layers.js';
import type {Problem} from './problems.js';

/** Whether each layer can take what the one above it gives, and the heads what the last one gives. */
export function layerOrderProblems(layers: readonly LayerEntry[]): Problem[] {
  let given: 'image' | 'row' = 'image';
  for (const [index, entry] of layers.entries()) {
    const {kind} = layerDefinition(entry);
    const {input, output} = layerKinds[kind];
    const path = ['model', 'layers', index, kind];
    if (input === 'row' && given === 'image') {
      const message = `${kind} takes one row of values, and gets an image. Expected flatten or globalAveragePooling2d above it.`;
      return [{path, message, atKey: true}];
    }
    if (input === 'image' && given === 'row') {
      const message = `${kind} takes an image, and gets one row of values. Expected it above flatten, globalAveragePooling2d and dense.`;
      return [{path, message, atKey: true}];
    }
    if (output === 'row') given = 'row';
  }
  if (given === 'row') return [];
  const message =
    'The layers end with an image, and the heads take one row of values. Expected flatten or globalAveragePooling2d after the last convolution.';
  return [{path: ['model', 'layers', layers.length - 1], message}];
}
