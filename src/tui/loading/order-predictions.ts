import {setImmediate as yieldToOthers} from 'node:timers/promises';
import type {Prediction} from '../../compare/predictions.js';
import type {OrderedPredictions} from '../state/snapshot.js';

/** Few milliseconds of work between which keys are answered. */
const ROWS_AT_ONCE = 10_000;

/**
 * The images in the order in which they are shown: mistakes first, of them first the one that
 * the network was surest of; then the others, the least sure first. Done once for a run and not
 * for each frame, for there may be hundreds of thousands of rows.
 */
export async function orderPredictions(rows: readonly Prediction[]): Promise<OrderedPredictions> {
  const byFile = new Map<string, Prediction[]>();
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_AT_ONCE === 0) await yieldToOthers();
    const rowsOfFile = byFile.get(row.file);
    if (rowsOfFile === undefined) byFile.set(row.file, [row]);
    else rowsOfFile.push(row);
  }
  await yieldToOthers();
  const images = [...byFile]
    .map(([file, heads]) => {
      const wrong = heads.filter(({label, predicted}) => label !== predicted);
      const worst = Math.max(...wrong.map(sureness), -1);
      const weakest = Math.min(...heads.map(sureness));
      return {file, heads, mistakes: wrong.length, worst, weakest};
    })
    .sort((a, b) => b.worst - a.worst || a.weakest - b.weakest || (a.file < b.file ? -1 : 1));
  const mistaken = images.filter(({mistakes}) => mistakes > 0);
  return {images, mistaken};
}

/** Distance from undecided, 0.5 to 1; a probability that is not a number says nothing, like one half. */
function sureness({probability}: Prediction): number {
  return Number.isNaN(probability) ? 0.5 : Math.max(probability, 1 - probability);
}
