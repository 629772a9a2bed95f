/**
 * A decoding process: reads images, decodes and scales them, and writes them into the slots of an
 * open pack. It holds nothing that would be lost with it, so it may be killed at any moment.
 */
import {loadGraphs} from '../../tensorflow/native/load-graphs.js';
import {messageOf} from '../../util/user-error.js';
import type {PackGeometry} from '../cache/pack-layout.js';
import {writeSlots, type FilledSlot} from '../cache/write-slots.js';
import {BadImage} from '../images/bad-image.js';
import type {ImageLocation} from '../images/location.js';
import {ImageReader} from '../images/image-reader.js';
import {stampsNow, type Stamp} from '../images/stamp.js';
import {
  PACK_DESCRIPTOR,
  type DecodeCommand,
  type DecodeEvent,
  type DecodeItem,
} from './messages.js';
import {ImageDecoder} from './image-decoder.js';

type Work = {readonly geometry: PackGeometry; readonly decoder: ImageDecoder};

const reader = new ImageReader();
let work: Work | undefined;
/** Commands are carried out one after another. */
let last: Promise<void> = Promise.resolve();

function send(event: DecodeEvent): void {
  if (process.connected) process.send?.(event, undefined, undefined, () => {});
}

process.on('message', (command: DecodeCommand) => {
  last = last
    .then(() => carryOut(command))
    .then(send, (error: unknown) => send({type: 'failed', message: messageOf(error)}));
});

// Nobody is there any more; TensorFlow's threads would keep an ordinary end waiting.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function carryOut(command: DecodeCommand): Promise<DecodeEvent> {
  if (command.type === 'decode') {
    if (work === undefined) throw new Error('decode came before start');
    await decode(command.items, work);
    return {type: 'decoded'};
  }
  const {nativePackage, size, geometry} = command;
  const native = nativePackage === undefined ? undefined : loadGraphs(nativePackage);
  const decoder = new ImageDecoder(native, size);
  decoder.prove();
  work = {geometry, decoder};
  return {type: 'started'};
}

async function decode(items: readonly DecodeItem[], {geometry, decoder}: Work): Promise<void> {
  // Before anything is read: a file that changes meanwhile then looks older than its pixels, and is
  // decoded another time.
  const stamps = stampsNow(items.map(({location}) => location));
  const images = items.map(({location}) => readImageFile(location));
  const readable = images.filter((image): image is Buffer => image instanceof Buffer);
  const decoded = await decoder.decode(readable);
  let next = 0;
  const filled = items.map(({position}, index): FilledSlot => {
    const image = images[index] as Buffer | BadImage;
    const result = image instanceof BadImage ? image : decoded[next++];
    if (result === undefined) throw new Error('an image without a result');
    return {position, stamp: stamps[index] as Stamp, result};
  });
  writeSlots(PACK_DESCRIPTOR, geometry, filled);
}

/** Failures of reading that stay until someone does something about the file. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file is missing',
  EACCES: 'the file may not be read (EACCES)',
  EPERM: 'the file may not be read (EPERM)',
  EISDIR: 'it is a folder',
  ENOTDIR: 'the file is missing',
  ELOOP: 'its links lead in a circle',
  ESPIPE: 'it is not a file',
  EAGAIN: 'it is not a file',
  ENXIO: 'it is not a file',
};

function readImageFile(location: ImageLocation): Buffer | BadImage {
  try {
    return reader.read(location);
  } catch (error) {
    if (error instanceof BadImage) return error;
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    return new BadImage(reason, {cause: error});
  }
}
