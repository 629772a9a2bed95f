import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {readPredictions} from '../../src/compare/predictions.js';
import {initialInterfaceState} from '../../src/tui/state/interface-state.js';
import {orderPredictions, shownImages} from '../../src/tui/state/shown-images.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const IMAGES = 5_000;
const HEADS = 40;

/** All 40 heads on many images; the head `h0` is wrong about every hundredth. */
function writeMany(): string {
  const lines = Array.from({length: IMAGES * HEADS}, (_, row) => {
    const image = Math.floor(row / HEADS);
    const head = row % HEADS;
    const predicted = head === 0 && image % 100 === 0 ? 1 : 0;
    return `${String(image).padStart(6, '0')}.jpg,test,h${head},0,${predicted},${predicted === 1 ? 0.75 : 0.25}`;
  });
  const file = path.join(temporaryFolder(), 'predictions.csv');
  writeFileSync(file, `file,split,head,label,predicted,probability\n${lines.join('\n')}\n`);
  return file;
}

/** How often others had their turn while something was under way. */
async function turnsDuring<T>(work: Promise<T>): Promise<{value: T; turns: number}> {
  let turns = 0;
  let next: NodeJS.Immediate;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  next = setImmediate(turn);
  try {
    return {value: await work, turns};
  } finally {
    clearImmediate(next);
  }
}

it('answers keys while 200,000 predictions are read and put in order', async () => {
  const file = writeMany();
  const read = await turnsDuring(readPredictions(file));
  const ordered = await turnsDuring(orderPredictions(read.value.rows));
  expect(read.value.rows).toHaveLength(IMAGES * HEADS);
  expect(ordered.value).toHaveLength(IMAGES);
  const mistaken = shownImages({
    predictions: {run: 'r', images: ordered.value, error: undefined},
    state: initialInterfaceState,
  });
  expect(mistaken.map(image => image.file).slice(0, 2)).toEqual(['000000.jpg', '000100.jpg']);
  expect(mistaken).toHaveLength(50);
  // A turn for each 64 KB of the file and for each 10,000 rows.
  expect(read.turns).toBeGreaterThan(60);
  expect(ordered.turns).toBeGreaterThanOrEqual(20);
});
