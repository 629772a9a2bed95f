import type {Affinities} from './grouping.js';

/**
 * An order of the heads in which those that help each other are neighbours: the two clusters with the
 * largest mean affinity, in both directions, are joined until there is one (average linkage).
 */
export function clusterOrder(matrix: Affinities['matrix']): number[] {
  const between = (first: readonly number[], second: readonly number[]): number =>
    first.reduce(
      (sum, a) => sum + second.reduce((total, b) => total + matrix[a]![b]! + matrix[b]![a]!, 0),
      0,
    ) /
    (first.length * second.length);
  let clusters = matrix.map((_, head) => [head]);
  while (clusters.length > 1) {
    let [first, second, most] = [0, 1, Number.NEGATIVE_INFINITY];
    clusters.forEach((cluster, a) =>
      clusters.slice(a + 1).forEach((rival, offset) => {
        const affinity = between(cluster, rival);
        if (affinity > most) [first, second, most] = [a, a + 1 + offset, affinity];
      }),
    );
    const joined = [...clusters[first]!, ...clusters[second]!];
    clusters = clusters.flatMap((cluster, index) =>
      index === first ? [joined] : index === second ? [] : [cluster],
    );
  }
  return clusters[0] ?? [];
}
