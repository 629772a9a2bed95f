/**
 * A predicting process: loads models, then answers one batch of pictures after another. It keeps
 * nothing that would be lost with it, so it may be killed at any moment.
 */
import type {NativeGraphs} from '../backend/graph/native.js';
import {loadGraphs} from '../backend/native/load-graphs.js';
import {PictureDecoder} from '../data/decode/picture-decoder.js';
import {proveDecoder} from '../data/decode/prove-decoder.js';
import {UserError, messageOf} from '../util/user-error.js';
import {loadPredictors, type LoadedModels} from './load-predictors.js';
import type {PredictCommand, PredictEvent} from './messages.js';
import {predictPictures} from './predict-pictures.js';

let work: {readonly models: LoadedModels; readonly decoder: PictureDecoder} | undefined;
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
    const results = await predictPictures(
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
  const {decoder, note} = await provenDecoder(native);
  work = {models, decoder: new PictureDecoder(decoder, models.size, fit)};
  return {type: 'started', heads: models.heads, size: models.size, note};
}

/** TensorFlow's decoder where it works, as in training. */
async function provenDecoder(
  native: NativeGraphs | undefined,
): Promise<{readonly decoder: NativeGraphs | undefined; readonly note: string | undefined}> {
  if (native === undefined) {
    return {
      decoder: undefined,
      note: 'No native backend: predicting is slow. Run: celeba-tui doctor --fix',
    };
  }
  try {
    await proveDecoder(native);
    return {decoder: native, note: undefined};
  } catch (error) {
    return {
      decoder: undefined,
      note: `TensorFlow does not decode pictures here (${messageOf(error)}); sharp does it, with slightly other pixels.`,
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
