import {evaluatedWeights, withWeights, type TrainingStep} from '../tensorflow/training-step.js';
import {learningRateAt} from '../tensorflow/schedule.js';
import type {ModelPlan} from '../model/plan.js';
import {AffinityAverages} from './affinity.js';
import {evaluationPlan, trainingPlan} from './batch-plans.js';
import {batchCount} from './batches.js';
import {afterEpoch, epochCost, noneYet, shouldStopEarly} from './best-epoch.js';
import type {BestResult, ModelProgress} from './checkpoint.js';
import type {TrainingContext} from './context.js';
import {Diverged, lastFiniteEpoch} from './diverged.js';
import {evaluate} from './evaluate.js';
import {measureChosen, type ChosenMeasures} from './measure-chosen.js';
import {MetricSums} from './metrics.js';
import {afterPlateauEpoch, noPlateau} from './plateau.js';
import {trainEpoch, type EpochPass} from './train-epoch.js';

type TrainedModel = ChosenMeasures & {
  readonly progress: ModelProgress;
  readonly bestResult: BestResult;
  readonly stoppedEarly: boolean;
};

/**
 * Trains one model: epochs, validation, early stopping, checkpoints; then measures the best weights:
 * those of the last epoch that was better than the best before by more than `minDelta`, in the metric
 * that `training.best` names. With a `minDelta` of 0 these are the best of all. Leaves them in the step,
 * with the temperatures of their heads.
 *
 * @param from Progress to resume from.
 * @returns    undefined when stopped; a checkpoint was written then.
 * @throws Diverged where a loss is not finite, with the weights of the last epoch before.
 */
export async function trainModel(
  context: TrainingContext,
  plan: ModelPlan,
  step: TrainingStep,
  from?: ModelProgress,
): Promise<TrainedModel | undefined> {
  const {training} = context.experiment;
  let progress = from ?? (await freshProgress(plan, step));
  await step.setState(progress.state);
  let stoppedEarly = shouldStopEarly(progress.best, training.earlyStopping);
  while (progress.epoch <= training.epochs && !stoppedEarly) {
    const {state} = progress;
    const finite = lastFiniteEpoch(progress, evaluatedWeights(state));
    const next = await oneEpoch(context, plan, step, progress).catch((error: unknown) => {
      throw error instanceof Diverged ? new Diverged(error.message, finite) : error;
    });
    if (next === undefined) return undefined;
    progress = next;
    stoppedEarly = shouldStopEarly(progress.best, training.earlyStopping);
    if (context.control.shouldStop) return undefined;
  }
  const {bestResult} = progress;
  if (bestResult === undefined) throw new Error(`${plan.name} was not trained.`);
  const chosen = withWeights(progress.state, bestResult.weights);
  const measured = await measureChosen(context, plan, step, chosen);
  return measured === undefined ? undefined : {progress, bestResult, stoppedEarly, ...measured};
}

async function freshProgress(plan: ModelPlan, step: TrainingStep): Promise<ModelProgress> {
  return {
    model: plan.name,
    epoch: 1,
    batches: 0,
    sums: undefined,
    state: await step.getState(),
    best: noneYet,
    bestResult: undefined,
    epochSeconds: 0,
    seconds: 0,
  };
}

/** Trains and validates one epoch. Returns undefined when stopped, after writing a checkpoint. */
async function oneEpoch(
  context: TrainingContext,
  plan: ModelPlan,
  step: TrainingStep,
  progress: ModelProgress,
): Promise<ModelProgress | undefined> {
  const {emit, control, clock} = context;
  const {epoch} = progress;
  const {accumulate = 1, schedule, earlyStopping, affinity} = context.experiment.training;
  const startedMs = clock();
  const trainPlan = trainingPlan(context, plan, epoch);
  const batches = batchCount(trainPlan.order.length, trainPlan.batchSize);
  const sums = new MetricSums(plan.heads, progress.sums);
  const averages = affinity && new AffinityAverages(affinity, plan.heads, progress.affinity);
  const save = async (done: number, pass?: EpochPass): Promise<void> => {
    const seconds = pass?.seconds ?? (clock() - startedMs) / 1000;
    await saveProgress(context, {
      ...progress,
      batches: done,
      sums: sums.state(),
      affinity: averages?.state(false),
      state: await step.getState(),
      epochSeconds: progress.epochSeconds + seconds,
    });
  };

  emit({type: 'epoch.started', model: plan.name, epoch, batches});
  let savedMs = startedMs;
  const pass = await trainEpoch({
    context,
    step,
    model: plan.name,
    epoch,
    plan: trainPlan,
    skipBatches: progress.batches,
    sums,
    affinity: averages,
    accumulate,
    learningRate: batch => rateAt(context, progress, batch, batches),
    afterUpdate: async done => {
      if (clock() - savedMs < context.checkpointMs) return;
      savedMs = clock();
      await save(done);
    },
  });
  const validationMs = clock();
  const validated = control.shouldStop
    ? undefined
    : await evaluate(
        step,
        plan.heads,
        evaluationPlan(context, plan, context.dataset.validation),
        control,
      );
  if (validated === undefined) {
    await save(pass.batches, pass);
    return undefined;
  }
  const trainSeconds = progress.epochSeconds + pass.seconds;
  const seconds = trainSeconds + (clock() - validationMs) / 1000;
  const train = sums.means();
  const validation = validated.metrics;
  const rate = rateAt(context, progress, batches - 1, batches);
  if (!Number.isFinite(validation.loss)) {
    throw new Diverged(
      `${plan.name}: the validation loss became ${validation.loss} after epoch ${epoch}, with a learning rate of ${Number(rate.toPrecision(3))}. Expected a finite number.`,
    );
  }
  const cost = epochCost(context, plan, validated);
  const best = afterEpoch(progress.best, epoch, cost, earlyStopping?.minDelta ?? 0);
  emit({
    type: 'epoch.ended',
    model: plan.name,
    epoch,
    train,
    validation,
    ...weightsOf(sums),
    learningRate: rate,
    trainSeconds,
    seconds,
    imagesPerSecond: pass.imagesPerSecond,
    memoryBytes: context.memoryBytes(),
    bestEpoch: best.epoch,
  });
  step.endEpoch(plan.heads.map(head => train.heads[head]!.loss));
  await reportAffinity(context, plan, epoch, averages);
  const state = await step.getState();
  const bestResult =
    best.epoch === epoch
      ? {weights: evaluatedWeights(state), train, validation}
      : progress.bestResult;
  const next: ModelProgress = {
    model: plan.name,
    epoch: epoch + 1,
    batches: 0,
    sums: undefined,
    state,
    best,
    bestResult,
    plateau:
      schedule.kind === 'plateau'
        ? afterPlateauEpoch(progress.plateau ?? noPlateau, cost, schedule)
        : undefined,
    affinity: averages?.state(true),
    epochSeconds: 0,
    seconds: progress.seconds + seconds,
  };
  await saveProgress(context, next);
  return next;
}

function weightsOf(sums: MetricSums): {readonly weights?: Readonly<Record<string, number>>} {
  const weights = sums.weights();
  return weights === undefined ? {} : {weights};
}

async function reportAffinity(
  {emit, saveAffinity}: TrainingContext,
  {name}: ModelPlan,
  epoch: number,
  averages: AffinityAverages | undefined,
): Promise<void> {
  if (averages === undefined) return;
  emit({type: 'affinity.measured', model: name, epoch, ...averages.summary()});
  await saveAffinity(averages.file(epoch));
}

async function saveProgress(context: TrainingContext, progress: ModelProgress): Promise<void> {
  const path = await context.saveProgress(progress);
  const epoch = progress.batches === 0 ? progress.epoch - 1 : progress.epoch;
  context.emit({type: 'checkpoint.saved', model: progress.model, epoch, path});
}

/** The rate of the update that a batch takes part in; a schedule counts updates. */
function rateAt(
  {experiment: {training}}: TrainingContext,
  {epoch, plateau}: ModelProgress,
  batch: number,
  batches: number,
): number {
  const {accumulate = 1} = training;
  return learningRateAt(training, {
    epoch,
    batch: Math.floor(batch / accumulate),
    batchesPerEpoch: Math.ceil(batches / accumulate),
    drops: plateau?.drops ?? 0,
  });
}
