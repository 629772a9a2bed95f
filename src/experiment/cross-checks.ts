import {eachEntry} from '../model/layers/entries.js';
import {layerGraph, LayerProblem} from '../model/layers/layer-graph.js';
import {NameCounter} from '../model/layers/layer-names.js';
import {nearest} from '../util/nearest.js';
import {isGradientMethod, lossMethods} from './balance-methods.js';
import {classesOf, isMultiClass} from './classes.js';
import {groupProblems} from './group-checks.js';
import {parseGroups} from './groups.js';
import {MEAN_OF_HEADS, parseExpectation} from './expectations.js';
import {inputSize} from './input-size.js';
import type {Problem} from './problems.js';
import {hasTestPart} from './parts.js';
import type {Experiment} from './schema.js';

/** Finds keys that contradict each other. */
export function crossChecks(experiment: Experiment): Problem[] {
  const {heads, split} = experiment.data;
  const problems: Problem[] = [
    ...layerProblems(experiment),
    ...backboneProblems(experiment),
    ...stridedDilationProblems(experiment.model),
    ...groupProblems(experiment),
  ];
  const requireHead = (head: string, path: readonly (string | number)[]): void => {
    if (heads.includes(head)) return;
    const message = `${head} is not a head of this experiment. Expected one of ${heads.join(', ')}.`;
    problems.push({path, message, suggestion: nearest(head, heads)});
  };
  experiment.expect.forEach((text, index) => {
    const {head, split: part, metric} = parseExpectation(text);
    if (head !== MEAN_OF_HEADS) requireHead(head, ['expect', index]);
    const evaluated = hasTestPart(split) ? 'test' : 'validation';
    if (metric !== 'loss' && metric !== 'accuracy' && part !== evaluated) {
      const message = `${text}: ${metric} is measured on the ${evaluated} part only. Expected ${head}.${evaluated}.${metric}.`;
      problems.push({path: ['expect', index], message});
      return;
    }
    if (part !== 'test' || hasTestPart(split)) return;
    const message = `${text} is about the test part, but the split has none. Expected data.split.test, or ${head}.validation.`;
    problems.push({path: ['expect', index], message});
  });
  Object.keys(experiment.training.lossWeights).forEach(head =>
    requireHead(head, ['training', 'lossWeights', head]),
  );
  Object.keys(experiment.training.loss?.heads ?? {}).forEach(head =>
    requireHead(head, ['training', 'loss', 'heads', head]),
  );
  problems.push(...labelKeyProblems(experiment), ...classWeightProblems(experiment));
  problems.push(...balanceProblems(experiment), ...affinityProblems(experiment));
  problems.push(...outputProblems(experiment));
  Object.keys(experiment.data.classes ?? {}).forEach(head =>
    requireHead(head, ['data', 'classes', head]),
  );
  if ('train' in split && experiment.training.batchSize > split.train) {
    problems.push({
      path: ['training', 'batchSize'],
      message: `A batch cannot be larger than the training split. Expected at most ${split.train}; received ${experiment.training.batchSize}.`,
    });
  }
  if ('folds' in split && split.fold !== undefined && split.fold > split.folds) {
    const message = `There is no such fold. Expected 1 to ${split.folds}, as data.split.folds says; received ${split.fold}.`;
    problems.push({path: ['data', 'split', 'fold'], message});
  }
  return problems;
}

function backboneProblems({model: {backbone}}: Experiment): Problem[] {
  if (backbone?.from === undefined || backbone.frozen !== true) return [];
  const message = `frozen: true keeps all weights, and from: ${backbone.from} lets some learn. Expected one of them.`;
  return [{path: ['model', 'backbone', 'frozen'], message}];
}

function labelKeyProblems({data}: Experiment): Problem[] {
  return (['labels', 'imageColumn'] as const).flatMap(key => {
    if (data[key] === undefined || data.source === 'folder') return [];
    const message = `data.${key} needs data.source: folder. Received ${data.source}.`;
    return [{path: ['data', key], message, atKey: true}];
  });
}

/** A network with one head has nothing to balance; gradients are weighed by what all heads share. */
function balanceProblems({data: {heads}, model, training: {balance}}: Experiment): Problem[] {
  if (balance === undefined || balance === 'equal') return [];
  const path = ['training', 'balance'];
  if (model.kind === 'separate' || heads.length < 2) {
    const reason =
      model.kind === 'separate'
        ? 'model.kind separate trains a network for each head'
        : 'there is one head';
    const message = `${balance} weighs the heads of a network against each other, but ${reason}. Expected equal, or a network with several heads, such as model.kind: multi-output.`;
    return [{path, message}];
  }
  if (model.branchAfter === undefined || !isGradientMethod(balance)) return [];
  const message = `${balance} weighs gradients by the layer that all heads are on, but with model.branchAfter each group has its own. Expected one of ${lossMethods.join(', ')}; or groups without branchAfter.`;
  return [{path, message}];
}

/** Affinity is of heads that all take the same values. */
function affinityProblems({data, model, training}: Experiment): Problem[] {
  if (training.affinity === undefined) return [];
  const path = ['training', 'affinity'];
  if (model.kind !== 'multi-output' && model.kind !== 'concatenated') {
    const message = `Affinity compares heads that share one network. Expected model.kind: multi-output or concatenated; received ${model.kind}. Remove training.affinity, or train such a network.`;
    return [{path, message, atKey: true}];
  }
  if (data.heads.length > 1) return [];
  const message = 'Affinity compares heads. Expected two heads or more; received one.';
  return [{path, message, atKey: true}];
}

/** A sigmoid is for two classes. */
function outputProblems({data, model: {output}}: Experiment): Problem[] {
  const head = data.heads.find(name => isMultiClass(classesOf(data, name).length));
  if (output !== 'sigmoid' || head === undefined) return [];
  const message = `${head} has ${classesOf(data, head).length} classes, and a sigmoid is for two. Expected softmax, or only heads with two classes: train ${head} in another experiment.`;
  return [{path: ['model', 'output'], message}];
}

/** Two weights are for two classes. */
function classWeightProblems({data, training: {loss}}: Experiment): Problem[] {
  return data.heads.flatMap(head => {
    const ofHead = loss?.heads?.[head]?.classWeights;
    const weights = ofHead ?? loss?.classWeights;
    const count = classesOf(data, head).length;
    if (typeof weights !== 'object' || count === weights.length) return [];
    const path =
      ofHead === undefined
        ? ['training', 'loss', 'classWeights']
        : ['training', 'loss', 'heads', head, 'classWeights'];
    const message = `${head} has ${count} classes, and these are ${weights.length} weights. Expected balanced or none for it.`;
    return [{path, message}];
  });
}

/** Rejects a stride with a dilation, as do Keras and tfjs: libraries disagree on its meaning. */
function stridedDilationProblems(model: Experiment['model']): Problem[] {
  const isAllOnes = (sides: number | readonly number[]): boolean =>
    [sides].flat().every(side => side === 1);
  return [...eachEntry(model)].flatMap(({path, entry: {conv2d}}) => {
    if (conv2d === undefined) return [];
    const {stride, dilation} = conv2d;
    if (isAllOnes(stride) || isAllOnes(dilation)) return [];
    const message = `A convolution cannot have both a stride and a dilation. Expected one of them to be 1; received stride ${[stride].flat().join(' x ')} and dilation ${[dilation].flat().join(' x ')}.`;
    return [{path: [...path, 'conv2d', 'dilation'], message}];
  });
}

/** Checks that each layer, and then the heads, can take the output of the layers above. */
function layerProblems({name, data, model}: Experiment): Problem[] {
  const input = {name: 'input', shape: [...inputSize(data), 3]};
  const {groups = ''} = model;
  const branches = parseGroups(groups).length;
  const options = {input, names: new NameCounter(), where: () => `In ${name}`, branches};
  try {
    if (layerGraph(model, options).tops.every(({shape}) => shape.length === 1)) return [];
  } catch (error) {
    if (!(error instanceof LayerProblem)) throw error;
    const {path, message, hint, suggestion} = error;
    return [{path, message: [message, hint].filter(Boolean).join(' '), suggestion, atKey: true}];
  }
  const message =
    'The layers end with an image, but the heads take one row of values. Expected flatten or globalAveragePooling2d after the last convolution.';
  return [{path: ['model', 'layers', model.layers.length - 1], message}];
}

/** Names of devices on Windows, with any ending and in any case. */
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/**
 * The name of a run's folder adds the start time and four digits. File systems allow 255 bytes.
 */
const MAX_NAME_BYTES = 200;

/**
 * Finds names that cannot be files or folders on every machine. A run may be copied to other machines,
 * and each model has a folder with the name of its head.
 */
export function fileNameProblems({name, data}: Experiment): Problem[] {
  const {heads} = data;
  const problems: Problem[] = [];
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES) {
    const message = `The name is too long for a folder. Expected at most ${MAX_NAME_BYTES} bytes; received ${bytes}.`;
    problems.push({path: ['name'], message});
  }
  heads.forEach((head, index) => {
    const path = ['data', 'heads', index];
    const twin = heads.findIndex(name => name.toLowerCase() === head.toLowerCase());
    if (DEVICES.test(head)) {
      const message = `Windows reserves the name ${head} for a device, so the head's model cannot have a folder of this name. Expected another name in the label file.`;
      problems.push({path, message});
    } else if (twin < index) {
      const message = `${heads[twin]} and ${head} differ only in case, so on Windows and macOS their models would share a folder. Expected names that differ in more than case.`;
      problems.push({path, message});
    }
  });
  return problems;
}
