/**
 * A predicting process: loads models, then answers one batch of images after another. It keeps
 * nothing that would be lost with it, so it may be killed at any moment.
 */
import type {NativeGraphs} from '../../tensorflow/graph/native.js';
import {loadGraphs} from '../../tensorflow/native/load-graphs.js';
import {ImageDecoder} from '../../data/decode/image-decoder.js';
import type {Fit, Size} from '../../data/image/fit.js';
import {UserError, messageOf} from '../../util/user-error.js';
import {loadPredictors, type LoadedModels} from './load-predictors.js';
import type {PredictCommand, PredictEvent} from './messages.js';
import {predictImages} from './predict-images.js';

let work: {readonly models: LoadedModels; readonly decoder: ImageDecoder} | undefined;
/** Commands are carried out one after another. */
let last: Promise<void> = Promise.resolve();

function send(event: PredictEvent): void {
  if (process.connected) process.send?.(event, undefined, undefined, () => {});
}

process.on('message', (command: PredictCommand) => {
  last = last.then(() => carryOut(command)).then(send, (error: unknown) => send(failure(error)));
});

// Nobody is there any more; TensorFlow's threads would keep an ordinary end waiting.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function carryOut(command: PredictCommand): Promise<PredictEvent> {
  if (command.type === 'predict') {
    if (work === undefined) throw new Error('predict came before start');
    const results = await predictImages(
      command.items,
      work.models,
      work.decoder,
      process.stdin as AsyncIterable<Uint8Array>,
    );
    return {type: 'predicted', results};
  }
  const {models: sources, nativePackage, fit} = command;
  const native = nativePackage === undefined ? undefined : loadGraphs(nativePackage);
  const models = await loadPredictors(sources, native);
  const {decoder, note} = provenDecoder(native, models.size, fit);
  work = {models, decoder};
  return {type: 'started', heads: models.heads, size: models.size, note};
}

/** With TensorFlow where that works, as in training. */
function provenDecoder(
  native: NativeGraphs | undefined,
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

function failure(error: unknown): PredictEvent {
  const expected = error instanceof UserError;
  if (!expected) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return {
    type: 'failed',
    message: messageOf(error),
    hint: expected ? error.hint : undefined,
    exitCode: expected ? error.exitCode : 4,
  };
}
