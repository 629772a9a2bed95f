import type {RunFolder} from '../../runs/run-folder.js';
import {systemFault} from '../../util/system-fault.js';
import {UserError, messageOf} from '../../util/user-error.js';

/** TensorFlow's own words, those of wasm, and those of V8. */
const memory =
  /OOM when allocating tensor with shape(\[[\d,]*\])|could not allocate memory|allocation failed|bad_alloc/i;

/** What the system refused, as something that a person can mend; undefined for everything else. */
export function environmentFault(error: unknown, folder: RunFolder): UserError | undefined {
  return memoryFault(error, folder) ?? faultOfFolder(error, folder);
}

function memoryFault(error: unknown, {id}: RunFolder): UserError | undefined {
  const match = error instanceof UserError ? null : memory.exec(messageOf(error));
  if (match === null) return undefined;
  const [, shape] = match;
  const what = shape === undefined ? '' : ` for a tensor of ${shape}`;
  return new UserError(`The memory did not suffice${what}.`, {
    hint: `Close other programs and go on: celeba-tui run --resume ${id}; or start anew with a smaller training.batchSize or smaller images.`,
    exitCode: 4,
    cause: error,
  });
}

function faultOfFolder(error: unknown, folder: RunFolder): UserError | undefined {
  const fault = systemFault(error);
  if (fault === undefined) return undefined;
  return new UserError(`${folder.path}: ${fault.what} (${fault.code}).`, {
    hint: `${fault.hint} Then, from the last checkpoint: celeba-tui run --resume ${folder.id}`,
    exitCode: 4,
    cause: error,
  });
}
