import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {UserError, messageOf} from '../../util/user-error.js';

/** The functions of tfjs-node's binding that run a saved graph; ids stand for tensors and sessions. */
export type NativeBinding = {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_UINT8: number;
  readonly TF_STRING: number;
  /** Copies the values; strings are given as bytes, one array for each. */
  createTensor(
    shape: readonly number[],
    dtype: number,
    values: Float32Array | Int32Array | Uint8Array | readonly Uint8Array[],
  ): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names are separated by commas; blocks until the session has run. */
  runSavedModel(
    session: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): readonly {readonly id: number; readonly shape: readonly number[]; readonly dtype: number}[];
};

/** A value for a placeholder, by its name. */
export type Feed = {
  readonly name: string;
  readonly shape: readonly number[];
  /** An array of arrays is a tensor of strings. */
  readonly values: Numbers | readonly Uint8Array[];
};

type Numbers = Float32Array | Int32Array | Uint8Array;

/** A graph loaded into a TensorFlow session. */
export class GraphSession {
  readonly #binding: NativeBinding;
  readonly #id: number;

  /** @param bytes A `saved_model.pb`, written into a folder since TensorFlow reads it from there only. */
  constructor(binding: NativeBinding, bytes: Uint8Array) {
    this.#binding = binding;
    const folder = temporaryFolder();
    try {
      writeFileSync(path.join(folder, 'saved_model.pb'), bytes);
      this.#id = binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, {recursive: true, force: true});
    }
  }

  /** Runs the graph as far as the fetched nodes need it; returns their first outputs. */
  run(feeds: readonly Feed[], fetches: readonly string[]): Float32Array[] {
    const binding = this.#binding;
    const inputs = feeds.map(({shape, values}) =>
      binding.createTensor(shape, dtypeOf(binding, values), unshared(values)),
    );
    try {
      const outputs = binding.runSavedModel(
        this.#id,
        inputs,
        feeds.map(({name}) => `${name}:0`).join(','),
        fetches.map(name => `${name}:0`).join(','),
      );
      return outputs.map(({id}) => {
        const values = binding.tensorDataSync(id) as Float32Array;
        binding.deleteTensor(id);
        return values;
      });
    } finally {
      for (const input of inputs) binding.deleteTensor(input);
    }
  }

  dispose(): void {
    this.#binding.deleteSavedModel(this.#id);
  }
}

/** @throws UserError with exit code 4 where no temporary folder can be made. */
function temporaryFolder(): string {
  try {
    mkdirSync(os.tmpdir(), {recursive: true});
    return mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-graph-'));
  } catch (error) {
    throw new UserError(
      `${os.tmpdir()}: expected a folder for temporary files that can be written to: ${messageOf(error)}`,
      {
        hint: 'Set TMPDIR to another folder, or make this one writable.',
        exitCode: 4,
        cause: error,
      },
    );
  }
}

const OFF_ALIGNMENT_BYTES = 4;

/**
 * Copies values to an address that TensorFlow does not share but copies again. When TensorFlow frees
 * shared memory, the binding calls Node, possibly from a thread where that corrupts the heap; and a
 * step would update a variable inside the caller's array. TF_NewTensor shares only memory that is
 * aligned for Eigen, which four bytes past an allocation never is.
 */
function unshared(values: Feed['values']): Feed['values'] {
  // TensorFlow always copies strings.
  if (isStrings(values)) return values;
  const buffer = new ArrayBuffer(OFF_ALIGNMENT_BYTES + values.byteLength);
  const copy =
    values instanceof Float32Array
      ? new Float32Array(buffer, OFF_ALIGNMENT_BYTES)
      : values instanceof Int32Array
        ? new Int32Array(buffer, OFF_ALIGNMENT_BYTES)
        : new Uint8Array(buffer, OFF_ALIGNMENT_BYTES);
  copy.set(values);
  return copy;
}

function isStrings(values: Feed['values']): values is readonly Uint8Array[] {
  return Array.isArray(values);
}

function dtypeOf(binding: NativeBinding, values: Feed['values']): number {
  if (isStrings(values)) return binding.TF_STRING;
  if (values instanceof Float32Array) return binding.TF_FLOAT;
  return values instanceof Uint8Array ? binding.TF_UINT8 : binding.TF_INT32;
}
