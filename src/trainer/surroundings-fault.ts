import type {RunFolder} from '../runs/run-folder.js';
import {UserError, messageOf} from '../util/user-error.js';

const faults: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the folder can be read only',
  EACCES: 'the folder may not be written',
  EIO: 'the disk does not answer',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
};

/** TensorFlow's own words, those of wasm, and those of V8. */
const memory =
  /OOM when allocating tensor with shape(\[[\d,]*\])|could not allocate memory|allocation failed|bad_alloc/i;

/** What the system refused, as something that a person can mend; undefined for everything else. */
export function surroundingsFault(error: unknown, folder: RunFolder): UserError | undefined {
  return memoryFault(error, folder) ?? systemFault(error, folder);
}

function memoryFault(error: unknown, {id}: RunFolder): UserError | undefined {
  const found = error instanceof UserError ? null : memory.exec(messageOf(error));
  if (found === null) return undefined;
  const [, shape] = found;
  const what = shape === undefined ? '' : ` for a tensor of ${shape}`;
  return new UserError(`The memory did not suffice${what}.`, {
    hint: `Close other programs and go on: celeba-tui run --resume ${id}; or start anew with a smaller training.batchSize or smaller pictures.`,
    exitCode: 4,
    cause: error,
  });
}

function systemFault(error: unknown, folder: RunFolder): UserError | undefined {
  const {code = ''} = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const what = Object.hasOwn(faults, code) ? faults[code] : undefined;
  if (what === undefined || error instanceof UserError) return undefined;
  return new UserError(`${folder.path}: ${what} (${code}).`, {
    hint: `Mend that; then, from the last checkpoint: celeba-tui run --resume ${folder.id}`,
    exitCode: 4,
    cause: error,
  });
}
