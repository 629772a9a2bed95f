import type {RunFolder} from '../../runs/run-folder.js';
import {systemFault} from '../../util/system-fault.js';
import {UserError, messageOf} from '../../util/user-error.js';

/** Messages of TensorFlow, wasm and V8. */
const memory =
  /OOM when allocating tensor with shape(\[[\d,]*\])|could not allocate memory|allocation failed|bad_alloc/i;

/** Explains an error of the system that the user can fix; returns undefined for all others. */
export function environmentFault(error: unknown, folder: RunFolder): UserError | undefined {
  return memoryFault(error, folder) ?? faultOfFolder(error, folder);
}

function memoryFault(error: unknown, {id}: RunFolder): UserError | undefined {
  const match = error instanceof UserError ? null : memory.exec(messageOf(error));
  if (match === null) return undefined;
  const [, shape] = match;
  const what = shape === undefined ? '' : ` for a tensor of ${shape}`;
  return new UserError(`Out of memory${what}.`, {
    hint: `Close other programs and resume: celeba-tui run --resume ${id}; or start again with a smaller training.batchSize or smaller images.`,
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
