import type {TuiController} from '../controller.js';
import type {Binding} from '../keys/binding.js';
import {keyLabel} from '../keys/key-names.js';

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
  const reason =
    !isAlone && isDeliberate === true
      ? `${keyLabel(key, true)} arrived together with other keys, as pasted text does: press it by itself.`
      : cannot?.(controller.snapshot.get());
  if (reason === undefined) act(controller);
  else controller.notify(reason, 'warning');
}
