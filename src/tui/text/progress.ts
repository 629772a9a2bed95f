import type {ModelState, RunState} from '../../runs/run-state.js';

/** How far a run is, from 0 to 1, and how long the rest takes. */
type Progress = {
  /** Fraction of the current epoch that is done. */
  readonly epoch: number;
  /** Fraction of all epochs of all networks that is done. */
  readonly run: number;
  /** At the pace so far; undefined before there is one. */
  readonly secondsLeft: number | undefined;
};

/** Epochs count alike: a network that stops early makes the rest shorter than was said. */
export function progressOf(run: RunState): Progress {
  const {models, epochs, current, batch} = run;
  const total = models.length * epochs;
  const training = models.find(({name}) => name === current);
  const trained = training?.history.length ?? 0;
  // A run that resumes after its last epoch starts no other.
  const isInEpoch = run.epoch > trained;
  const epoch = batch === undefined ? 0 : batch.batch / batch.batches;
  const done =
    models.reduce(
      (sum, {status, history}) => sum + (status === 'ended' ? epochs : history.length),
      0,
    ) + (isInEpoch ? epoch : 0);
  const pace =
    secondsOfAnEpoch(training) ?? secondsOfAnEpoch(models.find(hasHistory)) ?? paceOf(run);
  return {
    epoch: isInEpoch ? epoch : Math.min(1, trained),
    run: total === 0 ? 0 : done / total,
    secondsLeft: pace === undefined ? undefined : pace * (total - done),
  };
}

/** Seconds that the first epoch takes, by its batches so far. */
function paceOf({batch, data}: RunState): number | undefined {
  if (batch === undefined || data === undefined) return undefined;
  return data.trainImages / batch.imagesPerSecond;
}

function hasHistory({history}: ModelState): boolean {
  return history.length > 0;
}

/** Mean of the last five: the first epoch is slower than those that follow. */
function secondsOfAnEpoch(model: ModelState | undefined): number | undefined {
  const last = model?.history.slice(-5) ?? [];
  if (last.length === 0) return undefined;
  return last.reduce((sum, {seconds}) => sum + seconds, 0) / last.length;
}
