import type {TuiController} from '../controller.js';
import type {Screen} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';

/** Everything about one action: its keys, its words and what it does. */
export type Binding = {
  readonly act: (controller: TuiController) => void;
  /** Why the action is not available now; undefined when it is. */
  readonly cannot?: (snapshot: Snapshot) => string | undefined;
  /** Names as `key-names.ts` gives them. */
  readonly keys: readonly string[];
  /** Screens where the keys act; all screens when left out. */
  readonly screens?: readonly Screen[];
  /** Word in the footer; without one the keys appear in the help only. */
  readonly label?: string | ((snapshot: Snapshot) => string | undefined);
  /** Whether it is what the person most likely wants now: the footer has room for it first. */
  readonly isLikely?: (snapshot: Snapshot) => boolean;
  /** A sentence for the help and for docs/keys.md. */
  readonly help: string;
  /**
   * Acts only on a key that a person pressed by itself. Keys that arrive together, as an unmarked
   * paste does, must not start, stop or delete anything, nor leave the rest of the paste to the shell.
   */
  readonly isDeliberate?: true;
};

/** Bindings of some screens; one may name others for itself. */
export function bindingsOn(
  screens: readonly Screen[],
  bindings: readonly Binding[],
): readonly Binding[] {
  return bindings.map(binding => ({screens, ...binding}));
}
