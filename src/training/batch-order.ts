import {deriveSeed, seededRandom} from '../util/random.js';

/**
 * The order in which one epoch sees the images. It follows from the seed, the model and the epoch
 * alone, so that a run that goes on from a checkpoint needs no random state to see the same.
 *
 * @returns Positions 0 to count - 1, each once.
 */
export function epochOrder(seed: number, model: string, epoch: number, count: number): Uint32Array {
  const random = seededRandom(deriveSeed(seed, `order/${model}/${epoch}`));
  const order = Uint32Array.from({length: count}, (_, position) => position);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

/** 0 to count - 1 in order: how an evaluation sees the images. */
export function naturalOrder(count: number): Uint32Array {
  return Uint32Array.from({length: count}, (_, position) => position);
}
