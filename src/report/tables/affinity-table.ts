import {affinityPairs, affinityTitles} from '../../compare/affinity.js';
import type {Comparison} from '../../compare/comparison.js';
import type {Table} from '../../util/table.js';
import type {CellValue} from './metric-columns.js';

/** Pairs at each end of the list of a group. */
const ENDS = 5;

/** `0.12`, `-0.0000034` as `-3.4e-6`: two digits. */
export function affinityText(value: number): string {
  const rounded = Number(value.toPrecision(2));
  return rounded !== 0 && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** The pairs of heads with the highest and the lowest affinity, of each group that measured it. */
export function affinityTable({groups}: Comparison): Table {
  return {
    header: ['run', 'affinity of', 'from', 'by', 'mean'],
    rows: groups.flatMap(({name, affinity}) => {
      if (affinity === undefined) return [];
      const pairs = affinityPairs(affinity);
      const ends =
        pairs.length <= 2 * ENDS ? pairs : [...pairs.slice(0, ENDS), ...pairs.slice(-ENDS)];
      const title = affinityTitles[affinity.method];
      return ends.map(({affected, helper, value}) => [
        ...[name, affected, helper, title, affinityText(value)],
      ]);
    }),
    right: [4],
  };
}

/** How many pairs the table leaves out, and what the numbers mean. */
export function affinityNotes({groups}: Comparison): string[] {
  const measured = groups.flatMap(({name, affinity}) => (affinity ? [{name, ...affinity}] : []));
  const methods = new Set(measured.map(({method}) => method));
  return [
    ...measured.flatMap(({name, ...affinity}) => {
      const {length} = affinityPairs(affinity);
      if (length <= 2 * ENDS) return [];
      return [
        `${name}: the ${ENDS} highest and ${ENDS} lowest of ${length} pairs of heads; all are in affinity.json.`,
      ];
    }),
    ...(methods.has('gradient-cosine')
      ? ['Gradient cosine: 1 where two heads pull what they share the same way, -1 where opposite.']
      : []),
    ...(methods.has('tag')
      ? [
          "TAG look-ahead: the fraction of a head's loss that one step along the gradient of the other removes.",
        ]
      : []),
  ];
}

/** The rows of the CSV of affinities, with their header: every ordered pair, each head with itself too. */
export function affinityRows({groups}: Comparison): readonly (readonly CellValue[])[] {
  return [
    ['run', 'affected', 'helper', 'method', 'affinity', 'runs'],
    ...groups.flatMap(({name, affinity}) =>
      affinity === undefined
        ? []
        : affinity.matrix.flatMap((row, affected) =>
            row.map((value, helper): CellValue[] => [
              ...[name, affinity.names[affected], affinity.names[helper], affinity.method],
              ...[value ?? undefined, affinity.runs],
            ]),
          ),
    ),
  ];
}
