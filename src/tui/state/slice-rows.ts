import type {Comparison} from '../../compare/comparison.js';
import type {Slice} from '../../compare/slices.js';
import {slicedHeads, type SlicedHead} from '../../report/tables/slice-tables.js';
import {remembering} from '../../util/remember.js';

/** A slice of a head of a group, as a row of the table. */
export type SliceRow = {
  /** Unique among the rows. */
  readonly key: string;
  readonly group: string;
  readonly slice: Slice;
  /** Whether it is the worst of its product. */
  readonly isWorst: boolean;
};

/** The slices of one head. */
export type ShownSlices = {
  readonly head: string;
  /** Each group by slices. */
  readonly groups: readonly SlicedHead[];
  /** Slice by slice, the groups of one below each other. */
  readonly rows: readonly SliceRow[];
};

/**
 * The slices of the head that is shown; undefined where there are none. The same object while nothing
 * changes.
 *
 * @param firstHead Counts the heads; the last one where there are fewer.
 */
export const shownSlices = remembering(
  (comparison: Comparison, firstHead: number): ShownSlices | undefined => {
    const all = slicedHeads(comparison);
    const heads = [...new Set(all.map(({head}) => head))];
    const head = heads[Math.min(firstHead, heads.length - 1)];
    if (head === undefined) return undefined;
    const groups = all.filter(candidate => candidate.head === head);
    const names = [...new Set(groups.flatMap(({slices}) => slices.map(({name}) => name)))];
    return {
      head,
      groups,
      rows: names.flatMap(name => groups.flatMap(group => rowsOf(name, group))),
    };
  },
);

function rowsOf(name: string, {group, slices, products}: SlicedHead): SliceRow[] {
  return slices
    .filter(slice => slice.name === name)
    .map(slice => ({
      key: `${group}\n${slice.by}\n${name}`,
      group,
      slice,
      isWorst: products.some(({by, worst}) => by === slice.by && worst?.name === name),
    }));
}
