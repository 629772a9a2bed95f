import {escaped} from '../../util/format.js';
import {verdictSentences} from '../text/verdict-text.js';
import type {Comparison} from '../../compare/comparison.js';

/** Everything, and the verdict in words; numbers that are not finite are null. */
export function comparisonJson(comparison: Comparison): string {
  const sentences = verdictSentences(comparison);
  return `${escaped(JSON.stringify({...comparison, sentences}, null, 2))}\n`;
}
