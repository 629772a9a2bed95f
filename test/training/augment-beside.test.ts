import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {memorySet} from '../../src/data/dataset.js';
import {batchCount, batchesOf, epochOrder, readBatch} from '../../src/training/batches.js';
import type {Batch} from '../../src/tensorflow/training-step.js';
import {programFile} from '../../src/util/package-file.js';

const size = [72, 59] as const;
const imageBytes = size[0] * size[1] * 3;
const digestOf = ({images, ...rest}: Batch): string =>
  createHash('sha256').update(images).update(JSON.stringify(rest)).digest('hex');
/** Enough for a thread, and a last batch that is smaller. */
const count = 660;

describe('a long pass over images that are changed at random', () => {
  it('gives the batches that are changed without a thread, also from the middle on', async () => {
    expect(existsSync(programFile('data/augment-thread.js'))).toBe(true);
    const pixels = Uint8Array.from({length: count * imageBytes}, (_, at) => (at * 7919) >> 3);
    const labels = Uint8Array.from({length: count}, (_, image) => image % 2);
    const files = Array.from({length: count}, (_, image) => String(image));
    const plan = {
      set: memorySet(files, labels, pixels, imageBytes),
      order: epochOrder(1, 'a', 1, count),
      batchSize: 32,
      size,
      headPositions: [0],
      augmentation: {
        augmentation: {flip: true, shift: 0.1, rotation: 0.1, contrast: 0.3, mixup: 0.2},
        seed: 1,
        epoch: 1,
      },
    };
    const skip = 3;
    let index = skip;
    for await (const batch of batchesOf(plan, skip))
      expect(digestOf(batch)).toBe(digestOf(await readBatch(plan, index++)));
    expect(index).toBe(batchCount(count, plan.batchSize));
  });
});
