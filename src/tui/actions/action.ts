import type {Interface} from '../interface.js';
import type {Snapshot} from '../state/snapshot.js';

/** What a key does. */
export type Action = {
  readonly act: (to: Interface) => void;
  /** Why it cannot act now; undefined where it can. */
  readonly cannot?: (snapshot: Snapshot) => string | undefined;
};
