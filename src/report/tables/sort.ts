import {nearest} from '../../util/nearest.js';
import {UserError} from '../../util/user-error.js';
import type {Comparison} from '../../compare/comparison.js';
import {columnsOf, type CellValue} from './columns.js';

/**
 * The rows of a comparison in the order of a column; what has no value comes last.
 *
 * @param by A column's key, such as Smiling.accuracy; with a minus before it, the largest first.
 */
export function sortedBy(comparison: Comparison, by: string): Comparison {
  const columns = columnsOf(comparison);
  const descending = by.startsWith('-');
  const key = descending ? by.slice(1) : by;
  const column = columns.find(candidate => candidate.key === key);
  if (column === undefined) {
    const keys = columns.map(candidate => candidate.key);
    const near = nearest(key, keys);
    throw new UserError(
      `--sort ${by}: there is no column ${key}. Expected a column of --format csv, such as ${keys.find(name => name.endsWith('.accuracy')) ?? 'parameters'} or seconds.`,
      {
        hint:
          near === undefined
            ? 'A minus before it puts the largest first.'
            : `Did you mean ${near}?`,
      },
    );
  }
  const rows = comparison.groups.map(group => ({group, value: column.value(group)}));
  const sorted = rows.sort(
    (a, b) => missing(a.value) - missing(b.value) || compare(a.value, b.value, descending),
  );
  return {...comparison, groups: sorted.map(({group}) => group)};
}

function missing(value: CellValue): number {
  return value === undefined || value === '' || Number.isNaN(value) ? 1 : 0;
}

function compare(a: CellValue, b: CellValue, descending: boolean): number {
  const [one, other] = [number(a), number(b)];
  const order =
    one !== undefined && other !== undefined
      ? one - other
      : String(a) < String(b)
        ? -1
        : String(a) > String(b)
          ? 1
          : 0;
  return descending ? -order : order;
}

/** A value of a definition is text; 10 still comes after 9. */
function number(value: CellValue): number | undefined {
  if (value === undefined || value === '') return undefined;
  const own = Number(value);
  return Number.isNaN(own) ? undefined : own;
}
