import {programFile} from '../util/package-file.js';
import {inThread, Worker} from '../util/worker.js';
import type {augment} from './augment.js';
import type {AugmentRequest} from './augment-thread.js';

const thread = new Worker<AugmentRequest, undefined>(
  inThread(programFile('data/augment-thread.js')),
);
/** Longer than any batch takes. */
const LONG_MS = 2 ** 30;

/**
 * Does what `augment` does, in a thread, so that the step goes on meanwhile.
 *
 * @param images Of a SharedArrayBuffer.
 * @throws WorkerDied where the thread ends.
 */
export async function augmentBeside(
  ...[images, positions, size, augmentation]: Parameters<typeof augment>
): Promise<void> {
  // A thread does not keep the process from ending, but the batch has to come.
  const alive = setTimeout(() => {}, LONG_MS);
  try {
    // The whole buffer of an array is sent: that of `positions` may be the order of the epoch.
    await thread.ask({images, positions: positions.slice(), size, augmentation});
  } finally {
    clearTimeout(alive);
  }
}
