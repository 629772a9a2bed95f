import {lossColumns, type HeadLoss} from '../head-loss.js';
import type {GraphBuilder, Value} from './builder.js';
import {column, concatenated, mostProbable, sliceColumns} from './columns.js';
import {groupLoss, type HeadsLoss} from './group-loss.js';
import type {MixedLabels} from './loss-targets.js';

/**
 * Writes softmax and loss of all heads. Where all have two classes, they are computed at once; else head by
 * head.
 *
 * @param logits [batch, columns of all heads]
 * @param labels uint8 [batch, heads]
 * @param losses One for each head.
 * @param mixed  undefined where the images are not mixed.
 */
export function headsLoss(
  build: GraphBuilder,
  logits: Value,
  labels: Value,
  losses: readonly HeadLoss[],
  mixed?: MixedLabels,
): HeadsLoss {
  if (losses.some(({isSigmoid}) => isSigmoid))
    return sigmoidLoss(build, logits, labels, losses, mixed);
  const classes = lossColumns(losses);
  if (classes.every(count => count === 2))
    return groupLoss(build, logits, labels, losses, 2, mixed);
  const heads = losses.map((loss, head) => {
    const columns = columnsOf(build, logits, classes, head);
    const labelsOf = (all: Value): Value => sliceColumns(build, all, head, 1, 'uint8');
    const result = groupLoss(
      ...[build, columns, labelsOf(labels), [loss], classes[head]!],
      mixed && {...mixed, labels: labelsOf(mixed.labels)},
    );
    return {...result, predicted: result.predicted ?? mostProbable(build, columns)};
  });
  const joined = (key: Exclude<keyof HeadsLoss, 'loss'>, axis: 0 | 1): Value =>
    concatenated(
      build,
      heads.map(head => head[key]),
      axis,
    );
  return {
    loss: heads.map(({loss}) => loss).reduce((sum, loss) => build.float('AddV2', [sum, loss])),
    headLosses: joined('headLosses', 0),
    headCorrect: joined('headCorrect', 0),
    gradient: joined('gradient', 1),
    probabilities: joined('probabilities', 1),
    predicted: joined('predicted', 1),
  };
}

/**
 * Writes the loss of heads that all have one logit z, as that of the logits 0 and z, whose softmax is the
 * sigmoid.
 */
function sigmoidLoss(
  build: GraphBuilder,
  logits: Value,
  labels: Value,
  losses: readonly HeadLoss[],
  mixed: MixedLabels | undefined,
): HeadsLoss {
  const ofOne = build.reshape(logits, [-1, 1]);
  const pairs = concatenated(build, [build.float('ZerosLike', [ofOne]), ofOne], 1);
  const result = groupLoss(build, pairs, labels, losses, 2, mixed);
  const gradient = column(build, build.reshape(result.gradient, [-1, 2]), 1);
  return {
    ...result,
    gradient: build.reshape(gradient, [-1, losses.length]),
    probabilities: build.float('Sigmoid', [logits]),
  };
}

/** The logits of one head: [batch, its classes]. */
function columnsOf(
  build: GraphBuilder,
  logits: Value,
  classes: readonly number[],
  head: number,
): Value {
  const from = classes.slice(0, head).reduce((sum, count) => sum + count, 0);
  return sliceColumns(build, logits, from, classes[head]!, 'float32');
}

/**
 * Writes the logit of 1 minus the logit of 0: [batch, heads]; 0 for a head with more than two classes.
 *
 * @param logits  [batch, columns of all heads]
 * @param columns Number of columns of each head.
 */
export function logOdds(build: GraphBuilder, logits: Value, columns: readonly number[]): Value {
  if (columns.every(count => count === 1)) return logits;
  if (columns.every(count => count === 2)) return differences(build, logits, columns.length);
  const parts = columns.map((count, head) => {
    const ofHead = columnsOf(build, logits, columns, head);
    const difference = differences(build, sliceColumns(build, ofHead, 0, 2, 'float32'), 1);
    return count === 2 ? difference : build.float('ZerosLike', [difference]);
  });
  return concatenated(build, parts, 1);
}

function differences(build: GraphBuilder, logits: Value, heads: number): Value {
  const pairs = build.reshape(logits, [-1, 2]);
  const difference = build.float('Sub', [column(build, pairs, 1), column(build, pairs, 0)]);
  return build.reshape(difference, [-1, heads]);
}
