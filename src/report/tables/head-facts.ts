import {metricNames, type GroupHead} from '../../compare/groups.js';

/** A number of a head of a group, by the name that tables for machines give it. */
type HeadFact = readonly [name: string, value: (own: GroupHead) => number];

/** All numbers of a head, the accuracy first. */
export const headFacts: readonly HeadFact[] = [
  ['accuracy', ({metrics}) => metrics.accuracy.mean],
  ['ciLow', ({ciLow}) => ciLow],
  ['ciHigh', ({ciHigh}) => ciHigh],
  ['majority', ({baseline}) => baseline],
  ['images', ({images}) => images],
  ...metricNames.flatMap((name): HeadFact[] => [
    ...(name === 'accuracy' ? [] : [[name, ({metrics}) => metrics[name].mean] satisfies HeadFact]),
    [`${name}.sd`, ({metrics}) => metrics[name].standardDeviation],
  ]),
  ['truePositives', ({confusion}) => confusion.truePositives],
  ['falsePositives', ({confusion}) => confusion.falsePositives],
  ['falseNegatives', ({confusion}) => confusion.falseNegatives],
  ['trueNegatives', ({confusion}) => confusion.trueNegatives],
];
