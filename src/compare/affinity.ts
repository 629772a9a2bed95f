import type {AffinityFile, AffinityMatrix} from '../runs/affinity-file.js';
import {clusterOrder} from './statistics/cluster-order.js';
import {mean} from '../util/sum.js';

/** How the heads of a group's runs affect each other. */
export type GroupAffinity = Pick<AffinityFile, 'method' | 'names'> & {
  /** Runs of the group that measured it. */
  readonly runs: number;
  /** Mean over these runs: rows are the heads that are affected, columns those that help. */
  readonly matrix: AffinityMatrix;
};

/** One head and another that affects it; one pair of heads where that is the same both ways. */
type AffinityOfPair = {
  readonly affected: string;
  readonly helper: string;
  readonly value: number;
};

/** Averages the runs of a group that measured the same heads in the same way; undefined where none did. */
export function affinityOfGroup(
  files: readonly (AffinityFile | undefined)[],
): GroupAffinity | undefined {
  const first = files.find(file => file !== undefined);
  if (first === undefined) return undefined;
  const {method, names} = first;
  const alike = files.filter(
    file => file?.method === method && file.names.join('\n') === names.join('\n'),
  );
  const matrix = first.matrix.map((row, affected) =>
    row.map((_, helper) => {
      const values = alike.flatMap(file => file?.matrix[affected]?.[helper] ?? []);
      return values.length === 0 ? null : mean(values);
    }),
  );
  return {method, names, runs: alike.length, matrix};
}

/** Pairs of different heads, the highest affinity first; a cosine is the same both ways, so it is there once. */
export function affinityPairs({
  method,
  names,
  matrix,
}: Pick<GroupAffinity, 'method' | 'names' | 'matrix'>): AffinityOfPair[] {
  const pairs = matrix.flatMap((row, affected) =>
    row.flatMap((value, helper) => {
      const isTwin = method === 'gradient-cosine' ? helper <= affected : helper === affected;
      return value === null || isTwin
        ? []
        : [{affected: names[affected]!, helper: names[helper]!, value}];
    }),
  );
  return pairs.sort((a, b) => b.value - a.value);
}

/** The heads in an order in which those that help each other stand side by side. */
export function clustered<T extends Pick<AffinityFile, 'names' | 'matrix'>>(affinity: T): T {
  const {names, matrix} = affinity;
  const order = clusterOrder(matrix);
  return {
    ...affinity,
    names: order.map(index => names[index]!),
    matrix: order.map(row => order.map(column => matrix[row]![column]!)),
  };
}

/** The words for a method in tables and titles. */
export const affinityTitles: Readonly<Record<AffinityFile['method'], string>> = {
  'gradient-cosine': 'gradient cosine',
  tag: 'TAG look-ahead',
};
