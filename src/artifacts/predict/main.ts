/**
 * A predicting process: loads models, then answers one batch of images after another. It keeps
 * nothing that would be lost with it, so it may be killed at any moment.
 */
import type {NativeBinding} from '../../tensorflow/graph/session.js';
import {loadBinding} from '../../tensorflow/native/find-package.js';
import {ImageDecoder} from '../../data/decode/image-decoder.js';
import type {Fit, Size} from '../../data/image/area-filter.js';
import {messageOf} from '../../util/user-error.js';
import {answerRequests} from '../../util/worker.js';
import {loadPredictors, type LoadedModels} from './load-predictors.js';
import type {PredictAnswer, PredictRequest} from './messages.js';
import {predictImages} from './predict-images.js';

let opened: {readonly models: LoadedModels; readonly decoder: ImageDecoder} | undefined;

answerRequests<PredictRequest, PredictAnswer>(async request => {
  if (request.type === 'predict') {
    if (opened === undefined) throw new Error('predict came before open');
    const {models, decoder} = opened;
    return predictImages(request.items, models, decoder, process.stdin);
  }
  const {models: sources, nativePackage, fit} = request;
  const native = nativePackage === undefined ? undefined : loadBinding(nativePackage);
  const models = await loadPredictors(sources, native);
  const {decoder, note} = provenDecoder(native, models.size, fit);
  opened = {models, decoder};
  const {heads, classes, thresholds, size} = models;
  return {heads, classes, thresholds, size, note};
});

/** With TensorFlow where that works, as in training. */
function provenDecoder(
  native: NativeBinding | undefined,
  size: Size,
  fit: Fit,
): {readonly decoder: ImageDecoder; readonly note: string | undefined} {
  if (native === undefined) {
    return {
      decoder: new ImageDecoder(undefined, size, fit),
      note: 'No native backend: predicting is slow. Run: celeba-tui doctor --fix',
    };
  }
  const decoder = new ImageDecoder(native, size, fit);
  try {
    decoder.prove();
    return {decoder, note: undefined};
  } catch (error) {
    decoder.dispose();
    return {
      decoder: new ImageDecoder(undefined, size, fit),
      note: `TensorFlow does not decode images here (${messageOf(error)}); sharp does it, with slightly other pixels.`,
    };
  }
}
