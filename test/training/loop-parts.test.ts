import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type ImageSet, memorySet} from '../../src/data/dataset.js';
import {MISSING} from '../../src/experiment/missing-label.js';
import {batchesOf, epochOrder, naturalOrder} from '../../src/training/batches.js';
import {
  CHECKPOINT_NAME,
  checkpointFlaw,
  readCheckpoint,
  writeCheckpoint,
  type Checkpoint,
} from '../../src/training/checkpoint.js';
import {afterEpoch, noneYet, shouldStopEarly} from '../../src/training/best-epoch.js';
import {MetricSums} from '../../src/training/metrics.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

describe('the order of an epoch', () => {
  it('has every image once, repeats with the seed, and differs by epoch, model and seed', () => {
    const order = epochOrder(1, 'm', 1, 100);
    expect([...order].sort((a, b) => a - b)).toEqual([...naturalOrder(100)]);
    expect(epochOrder(1, 'm', 1, 100)).toEqual(order);
    for (const other of [
      epochOrder(1, 'm', 2, 100),
      epochOrder(1, 'n', 1, 100),
      epochOrder(2, 'm', 1, 100),
    ]) {
      expect(other).not.toEqual(order);
    }
  });
});

describe('batches', () => {
  const set = memorySet(
    ['a', 'b', 'c', 'd', 'e'],
    Uint8Array.of(0, 1, 1, 0, 0, 0, 1, 1, 0, 1),
    Uint8Array.from({length: 5 * 3}, (_, index) => Math.floor(index / 3)),
    3,
  );

  it('hold the images in order with the labels of the wanted heads, the last one smaller', async () => {
    const seen: number[][] = [];
    for await (const {images, labels, size} of batchesOf({
      set,
      order: Uint32Array.of(4, 2, 0, 1, 3),
      batchSize: 2,
      size: [1, 1],
      headPositions: [1],
    })) {
      seen.push([size, ...images.filter((_, index) => index % 3 === 0), ...labels]);
    }
    expect(seen).toEqual([
      [2, 4, 2, 1, 0],
      [2, 0, 1, 1, 0],
      [1, 3, 1],
    ]);
  });

  it('fail where reading fails, not before', async () => {
    const broken: ImageSet = {
      ...set,
      read: positions =>
        positions[0] === 2 ? Promise.reject(new Error('gone')) : Promise.resolve(),
    };
    let count = 0;
    const all = (async () => {
      for await (const _ of batchesOf({
        set: broken,
        order: naturalOrder(5),
        batchSize: 1,
        size: [1, 1],
        headPositions: [0],
      }))
        count++;
    })();
    await expect(all).rejects.toThrow('gone');
    expect(count).toBe(2);
  });
});

describe('mixed batches', () => {
  const count = 200;
  /** Image p has the value p; the second head lacks the label of every tenth image. */
  const numbers = memorySet(
    Array.from({length: count}, (_, position) => `${position}.jpg`),
    Uint8Array.from({length: 2 * count}, (_, at) =>
      at % 20 === 1 ? MISSING : Math.floor(at / 2) % 2,
    ),
    Uint8Array.from({length: 3 * count}, (_, at) => Math.floor(at / 3)),
    3,
  );
  const read = async (batchSize: number, skip = 0, mixup = 0.4): Promise<number[][]> => {
    const images: number[][] = [];
    const plan = {
      ...{set: numbers, order: epochOrder(1, 'm', 3, count), batchSize},
      ...{size: [1, 1] as const, headPositions: [0, 1]},
      augmentation: {augmentation: {mixup}, seed: 1, epoch: 3},
    };
    for await (const {images: pixels, labels, size, mixed} of batchesOf(plan, skip))
      for (let at = 0; at < size; at++) {
        const ofHeads = [labels, mixed!.labels].flatMap(all => [all[2 * at]!, all[2 * at + 1]!]);
        images.push([pixels[3 * at]!, mixed!.fractions[at]!, ...ofHeads]);
      }
    return images;
  };

  it('have the next image of the epoch in each, whatever the size of a batch, and after a break', async () => {
    const images = await read(7);
    expect(await read(32)).toEqual(images);
    expect(await read(7, 3)).toEqual(images.slice(21));
    const order = epochOrder(1, 'm', 3, count);
    images.forEach(([value, fraction, first, second, mixedFirst, mixedSecond], at) => {
      const [position, next] = [order[at]!, order[(at + 1) % count]!];
      expect(value).toBe(Math.floor(position + (next - position) * fraction! + 0.5));
      expect([first, mixedFirst]).toEqual([position % 2, next % 2]);
      expect(second === MISSING).toBe(position % 10 === 0 || next % 10 === 0);
      expect(mixedSecond).toBe(next % 10 === 0 ? MISSING : next % 2);
    });
  });

  it.each([
    [0.2, 0.101],
    [1, 0.25],
    [2, 0.312],
  ])('have fractions of the Beta distribution with %s', async (mixup, mean) => {
    const fractions = (await read(32, 0, mixup)).map(([, fraction]) => fraction!);
    expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...fractions)).toBeLessThanOrEqual(0.5);
    const sum = fractions.reduce((total, fraction) => total + fraction, 0);
    expect(Math.abs(sum / count - mean)).toBeLessThan(0.03);
  });
});

describe('early stopping', () => {
  it('counts epochs without enough improvement, and forgets them when there is one', () => {
    let best = noneYet;
    const stops = [1, 0.9, 0.89, 0.88, 0.5, 0.5, 0.6].map((loss, index) => {
      best = afterEpoch(best, index + 1, loss, 0.05);
      return shouldStopEarly(best, {patience: 2, minDelta: 0.05});
    });
    expect(stops).toEqual([false, false, false, true, false, false, true]);
    expect(best).toEqual({epoch: 5, cost: 0.5, epochsSince: 2});
  });

  it('never takes a loss that is no number for an improvement, and never stops without a rule', () => {
    const best = afterEpoch(noneYet, 1, NaN, 0);
    expect(best.epoch).toBe(0);
    expect(shouldStopEarly({...best, epochsSince: 99}, undefined)).toBe(false);
  });
});

describe('the sums of an epoch', () => {
  it('weigh batches by their size, and continue from where a checkpoint left them', () => {
    const sums = new MetricSums(['Male']);
    sums.add({loss: 1, headLosses: [2], headCorrect: [3]}, {labels: new Uint8Array(3), size: 3});
    const again = new MetricSums(['Male'], structuredClone(sums.state()));
    again.add({loss: 5, headLosses: [6], headCorrect: [0]}, {labels: new Uint8Array(1), size: 1});
    expect(again.means()).toEqual({loss: 2, heads: {Male: {loss: 3, accuracy: 0.75}}});
  });
});

describe('a checkpoint', () => {
  const checkpoint: Checkpoint = {
    version: 4,
    config: 'c',
    ended: [
      {
        name: 'm',
        heads: ['Male'],
        probabilities: {validation: Float32Array.of(0.1, NaN)},
        stoppedEarly: false,
      },
    ],
    progress: undefined,
    seconds: 1.5,
  };

  it('is read back bit for bit, and is undefined where there is none', async () => {
    const folder = path.join(temporaryFolder(), 'checkpoints');
    expect(await readCheckpoint(folder, 'c')).toBeUndefined();
    await writeCheckpoint(folder, checkpoint);
    expect(await readCheckpoint(folder, 'c')).toEqual(checkpoint);
  });

  it('of another version or of another experiment is refused', async () => {
    expect(checkpointFlaw({...checkpoint, version: 1})).toContain('version');
    const folder = path.join(temporaryFolder(), 'checkpoints');
    await writeCheckpoint(folder, checkpoint);
    await expect(readCheckpoint(folder, 'd')).rejects.toThrow('belongs to another experiment');
  });

  it('that is damaged is refused, not used', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, CHECKPOINT_NAME), Buffer.alloc(100, 7));
    await expect(readCheckpoint(folder, 'c')).rejects.toThrow('checksum mismatch');
  });
});
