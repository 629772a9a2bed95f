import {setImmediate as yieldToOthers} from 'node:timers/promises';
import type {Prediction} from '../../compare/predictions.js';
import {inOrder} from '../state/shown-images.js';
import type {ImagePrediction} from '../state/snapshot.js';

/** Few milliseconds of work between which keys are answered. */
const ROWS_AT_ONCE = 10_000;

/**
 * The images in the order in which they are shown. Done once for a run and not for each frame, for
 * there may be hundreds of thousands of rows.
 */
export async function orderPredictions(
  rows: readonly Prediction[],
): Promise<readonly ImagePrediction[]> {
  const byFile = new Map<string, Prediction[]>();
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_AT_ONCE === 0) await yieldToOthers();
    const rowsOfFile = byFile.get(row.file);
    if (rowsOfFile === undefined) byFile.set(row.file, [row]);
    else rowsOfFile.push(row);
  }
  await yieldToOthers();
  return inOrder([...byFile].map(([file, heads]) => ({file, heads})));
}
