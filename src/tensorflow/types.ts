import type * as tensorflow from '@tensorflow/tfjs';
import type {NativeBinding} from './graph/session.js';

/** The library as tfjs-node, the wasm and the cpu backend all present it; loaded, never imported. */
export type TensorFlow = typeof tensorflow;

export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** A loaded backend: every tensor of a process comes from this one. */
export type Backend = {
  readonly name: BackendName;
  /** Such as `tfjs-node 4.22.0, TensorFlow 2.21.0`. */
  readonly version: string;
  readonly tf: TensorFlow;
  /** What compiled steps run on; only tfjs-node has it. */
  readonly native: NativeBinding | undefined;
  /** Why it is not the faster one, where none was chosen and that did not load. */
  readonly instead?: string;
};
