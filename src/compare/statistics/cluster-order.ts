/** Items in the order in which they stand. */
type Cluster = readonly number[];

/**
 * Orders items so that similar ones stand beside each other: the leaves of an agglomerative clustering with
 * average linkage (UPGMA). Of the ways to join two clusters, the one whose touching ends are most alike.
 *
 * @param matrix Similarities, row by row; both directions of a pair count alike, null as 0, the diagonal not.
 * @returns      Each index once.
 */
export function clusterOrder(matrix: readonly (readonly (number | null)[])[]): number[] {
  const similarity = (a: number, b: number): number =>
    ((matrix[a]?.[b] ?? 0) + (matrix[b]?.[a] ?? 0)) / 2;
  let clusters: Cluster[] = matrix.map((_, index) => [index]);
  while (clusters.length > 1) {
    const [first, second] = mostSimilar(clusters, similarity);
    const joined = join(clusters[first]!, clusters[second]!, similarity);
    clusters = clusters.flatMap((cluster, index) =>
      index === first ? [joined] : index === second ? [] : [cluster],
    );
  }
  return [...(clusters[0] ?? [])];
}

type Similarity = (a: number, b: number) => number;

/** The first pair of clusters with the highest mean similarity of their items. */
function mostSimilar(
  clusters: readonly Cluster[],
  similarity: Similarity,
): [first: number, second: number] {
  let best: [number, number] = [0, 1];
  let highest = Number.NEGATIVE_INFINITY;
  clusters.forEach((a, first) => {
    clusters.slice(first + 1).forEach((b, offset) => {
      const total = a.flatMap(x => b.map(y => similarity(x, y))).reduce((sum, x) => sum + x, 0);
      const mean = total / (a.length * b.length);
      if (mean <= highest) return;
      highest = mean;
      best = [first, first + 1 + offset];
    });
  });
  return best;
}

function join(a: Cluster, b: Cluster, similarity: Similarity): Cluster {
  const ways = [
    [a, b],
    [a.toReversed(), b],
    [a, b.toReversed()],
    [b, a],
  ] as const;
  const touching = ([left, right]: readonly [Cluster, Cluster]): number =>
    similarity(left.at(-1)!, right[0]!);
  const best = ways.reduce((chosen, way) => (touching(way) > touching(chosen) ? way : chosen));
  return best.flat();
}
