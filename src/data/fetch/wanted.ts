import type {DataDefinition} from '../../experiment/schema.js';
import type {Part} from '../../experiment/parts.js';
import type {FetchedGroup} from './fetched-group.js';
import {sum} from '../../util/sum.js';

export type Wanted = {
  readonly parts: readonly Part[];
  /** Estimated number of images in total; Infinity for all. */
  readonly atLeast: number;
  readonly isAll: boolean;
  /** How many rows of the next row group of a part are wanted at most; 0 when there are enough. */
  readonly more: (part: Part, fetched: readonly FetchedGroup[]) => number;
};

/** At most `count` images of each of these parts. */
export function wantedCount(parts: readonly Part[], count: number): Wanted {
  const atLeast = count * parts.length;
  return {
    parts,
    atLeast,
    isAll: count === Infinity,
    more: (_part, fetched) => count - imageCount(fetched),
  };
}

/**
 * As many images as an experiment samples: for balanced sampling, row groups of the train part
 * until there are enough of each combination of the heads.
 */
export function wantedBy({sampling, split, heads}: DataDefinition): Wanted {
  const isOfficial = 'by' in split;
  const parts: readonly Part[] = isOfficial ? ['train', 'validation', 'test'] : ['train'];
  if (isOfficial || sampling.strategy === 'all') return wantedCount(parts, Infinity);
  if (sampling.strategy === 'first') return wantedCount(parts, sampling.count);
  const {perStratum} = sampling;
  return {
    parts,
    atLeast: perStratum * 2 ** heads.length,
    isAll: false,
    more: (_part, fetched) => (smallestStratum(fetched, heads) >= perStratum ? 0 : Infinity),
  };
}

export function imageCount(groups: readonly FetchedGroup[]): number {
  return sum(groups.map(({names}) => names.length));
}

/** The number of images with the rarest combination of these heads. */
function smallestStratum(fetched: readonly FetchedGroup[], heads: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const {attributes, labels} of fetched) {
    const columns = heads.map(head => attributes.indexOf(head)).filter(column => column !== -1);
    for (const label of labels) {
      const key = columns.map(column => label[column]).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts.size < 2 ** heads.length ? 0 : Math.min(...counts.values());
}
