import type {TuiController} from '../controller.js';
import type {Screen} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {keyLabel} from './key-names.js';

/** Everything about one action: its keys, its words and what it does. */
export type Binding = {
  readonly act: (controller: TuiController, snapshot: Snapshot) => void;
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

/** Bindings with what they have in common; one may say something else for itself. */
export function bindingsWith(
  common: Partial<Binding>,
  bindings: readonly Binding[],
): readonly Binding[] {
  return bindings.map(binding => ({...common, ...binding}));
}

/**
 * Does what a key means, or says why it cannot be done now.
 *
 * @param isAlone Whether a person pressed this one key: nothing else came with it.
 */
export function actOn(
  controller: TuiController,
  {act, cannot, isDeliberate}: Binding,
  key: string,
  isAlone: boolean,
): void {
  const snapshot = controller.snapshot.get();
  const reason =
    !isAlone && isDeliberate === true
      ? `${keyLabel(key, true)} arrived together with other keys, as pasted text does: press it by itself.`
      : cannot?.(snapshot);
  if (reason === undefined) act(controller, snapshot);
  else controller.notify(reason, 'warning');
}
