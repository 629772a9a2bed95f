import type {TrainingDefinition} from '../experiment/schema.js';
import type {PlateauState} from './checkpoint.js';

/** `training.schedule` of the kind `plateau`. */
type Plateau = Extract<TrainingDefinition['schedule'], {kind: 'plateau'}>;

export const noPlateau: PlateauState = {
  cost: Number.POSITIVE_INFINITY,
  epochsSince: 0,
  cooldown: 0,
  drops: 0,
};

/**
 * Counts one more epoch, as Keras's `ReduceLROnPlateau`: after `patience` epochs that are not better than
 * the best before by more than `minDelta`, the rate drops once more.
 *
 * @param cost See `epochCost`; NaN is never better.
 */
export function afterPlateauEpoch(
  state: PlateauState,
  cost: number,
  {patience, minDelta, cooldown: rest}: Pick<Plateau, 'patience' | 'minDelta' | 'cooldown'>,
): PlateauState {
  const cooldown = Math.max(0, state.cooldown - 1);
  const isBetter = cost < state.cost - minDelta;
  if (isBetter) return {...state, cost, epochsSince: 0, cooldown};
  if (cooldown > 0) return {...state, epochsSince: 0, cooldown};
  const epochsSince = (state.cooldown > 0 ? 0 : state.epochsSince) + 1;
  if (epochsSince < patience) return {...state, epochsSince, cooldown};
  return {...state, epochsSince: 0, cooldown: rest, drops: state.drops + 1};
}
