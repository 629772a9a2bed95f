/** The program of a thread that augments batches. */
import {answerRequests} from '../util/worker.js';
import {augment, type AugmentationOfEpoch} from './augment.js';

/** The parameters of `augment`; the images are shared with the thread that asks. */
export type AugmentRequest = {
  readonly images: Uint8Array;
  readonly positions: Uint32Array;
  readonly size: readonly [height: number, width: number];
  readonly augmentation: AugmentationOfEpoch;
};

answerRequests(({images, positions, size, augmentation}: AugmentRequest): undefined => {
  augment(images, positions, size, augmentation);
});
