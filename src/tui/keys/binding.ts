import type {ActionId} from './action-ids.js';
import type {Screen} from '../state/interface-state.js';

export type Binding = {
  readonly action: ActionId;
  /** Names as `key-names.ts` gives them. */
  readonly keys: readonly string[];
  /** Where it acts; everywhere when left out. */
  readonly screens?: readonly Screen[];
  /** For the footer; without it the key is in the help only. */
  readonly label?: string;
  /** A sentence for the help and for docs/keys.md. */
  readonly help: string;
};
