import type {DataDefinition} from '../../experiment/schema.js';
import type {Part} from '../layouts/shards.js';
import type {FetchedGroup} from './fetched-group.js';
import type {Wanted} from './fetch-data.js';

/** At most so many pictures of each of these parts. */
export function wantedCount(parts: readonly Part[], count: number): Wanted {
  const atLeast = count * parts.length;
  return {
    parts,
    atLeast,
    isAll: count === Infinity,
    more: (_part, fetched) => count - pictures(fetched),
  };
}

/**
 * As many as the sampling of an experiment needs: for a balanced one, row groups of the train part
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

function pictures(fetched: readonly FetchedGroup[]): number {
  return fetched.reduce((sum, {names}) => sum + names.length, 0);
}

/** Pictures of the rarest combination of these heads. */
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
