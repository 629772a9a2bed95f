import type {TuiController} from '../interface.js';
import type {Snapshot} from '../state/snapshot.js';

/** What a key does. */
export type Action = {
  readonly act: (controller: TuiController) => void;
  /** Why it cannot act now; undefined where it can. */
  readonly cannot?: (snapshot: Snapshot) => string | undefined;
};
