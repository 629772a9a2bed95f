import {stringify} from 'csv-stringify/sync';
import {escaped, printable} from '../../util/format.js';
import type {Comparison} from '../comparison.js';
import {columnsOf} from './columns.js';

/** Everything, with the sentences; numbers that are not finite are null. */
export function comparisonJson(comparison: Comparison): string {
  return `${escaped(JSON.stringify(comparison, null, 2))}\n`;
}

/** A row for each group, every column; nothing where there is no value. */
export function comparisonCsv(comparison: Comparison): string {
  const columns = columnsOf(comparison);
  const rows = comparison.groups.map(group =>
    columns.map(({value}) => {
      const own = value(group);
      if (typeof own === 'number' && !Number.isFinite(own)) return '';
      return typeof own === 'string' ? printable(own) : own;
    }),
  );
  return stringify([columns.map(({key}) => printable(key)), ...rows]);
}
