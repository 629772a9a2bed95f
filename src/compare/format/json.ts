import {escaped} from '../../util/format.js';
import type {Comparison} from '../comparison.js';

/** Everything, with the sentences; numbers that are not finite are null. */
export function comparisonJson(comparison: Comparison): string {
  return `${escaped(JSON.stringify(comparison, null, 2))}\n`;
}
