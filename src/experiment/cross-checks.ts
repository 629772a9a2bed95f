import {nearest} from '../util/nearest.js';
import {parseExpectation} from './expectations.js';
import {layerOrderProblems} from './layer-order.js';
import {layerDefinition, type LayerEntry} from '../model/layers/layers.js';
import type {Problem} from './problems.js';
import type {Experiment} from './schema.js';

/** What no single key can say: keys that contradict each other. */
export function crossChecks(experiment: Experiment): Problem[] {
  const {heads, split} = experiment.data;
  const problems: Problem[] = [
    ...layerOrderProblems(experiment.model.layers),
    ...stridedDilationProblems(experiment.model.layers),
  ];
  const requireHead = (head: string, path: readonly (string | number)[]): void => {
    if (heads.includes(head)) return;
    const message = `${head} is not a head of this experiment. Expected one of ${heads.join(', ')}.`;
    problems.push({path, message, suggestion: nearest(head, heads)});
  };
  experiment.expect.forEach((text, index) =>
    requireHead(parseExpectation(text).head, ['expect', index]),
  );
  Object.keys(experiment.training.lossWeights).forEach(head =>
    requireHead(head, ['training', 'lossWeights', head]),
  );
  if ('train' in split && experiment.training.batchSize > split.train) {
    problems.push({
      path: ['training', 'batchSize'],
      message: `A batch is larger than the training split. Expected at most ${split.train}; received ${experiment.training.batchSize}.`,
    });
  }
  return problems;
}

/** As Keras and tfjs have it: windows that are apart, of taps that are apart, have no meaning that all share. */
function stridedDilationProblems(layers: readonly LayerEntry[]): Problem[] {
  const isOne = (sides: number | readonly number[]): boolean =>
    [sides].flat().every(side => side === 1);
  return layers.flatMap((entry, index) => {
    const layer = layerDefinition(entry);
    if (layer.kind !== 'conv2d') return [];
    const {stride, dilation} = layer.options;
    if (isOne(stride) || isOne(dilation)) return [];
    const message = `A convolution has a stride or a dilation, not both. Expected one of them to be 1; received stride ${[stride].flat().join(' x ')} and dilation ${[dilation].flat().join(' x ')}.`;
    return [{path: ['model', 'layers', index, 'conv2d', 'dilation'], message}];
  });
}
