import type * as tensorflow from '@tensorflow/tfjs';
import type {NativeBinding} from './graph/session.js';

/** The library tfjs, the same for every backend; loaded by `load.ts`, never imported. */
export type TensorFlow = typeof tensorflow;

export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** A loaded backend; a process has one. */
export type Backend = {
  readonly name: BackendName;
  /** Such as `tfjs-node 4.22.0, TensorFlow 2.21.0`. */
  readonly version: string;
  readonly tf: TensorFlow;
  /** Runs compiled steps; only tfjs-node has it. */
  readonly native: NativeBinding | undefined;
  /** Why a faster backend did not load, where none was chosen. */
  readonly instead?: string;
};
