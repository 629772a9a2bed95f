import {isMultiClass} from '../experiment/classes.js';
import {plainDecision, predictedClass} from '../experiment/decision.js';
import {MISSING} from '../experiment/missing-label.js';
import type {ModelPlan} from '../model/plan.js';
import {selectColumn} from '../util/select-column.js';
import {labelsOf} from './batch-plans.js';
import type {BestEpoch} from './checkpoint.js';
import type {TrainingContext} from './context.js';
import type {EvaluationResult} from './evaluate.js';
import {mean} from '../util/sum.js';

export const noneYet: BestEpoch = {epoch: 0, cost: Number.POSITIVE_INFINITY, epochsSince: 0};

/** `training.earlyStopping`; without it nothing stops early. */
type EarlyStopping = {readonly patience: number; readonly minDelta: number};

/** Counts one more epoch. An improvement that is not larger than `minDelta` does not count. */
export function afterEpoch(
  best: BestEpoch,
  epoch: number,
  cost: number,
  minDelta: number,
): BestEpoch {
  return cost < best.cost - minDelta
    ? {epoch, cost, epochsSince: 0}
    : {...best, epochsSince: best.epochsSince + 1};
}

export function shouldStopEarly(best: BestEpoch, rule: EarlyStopping | undefined): boolean {
  return rule !== undefined && best.epochsSince >= rule.patience;
}

/**
 * Says how good the validation results of an epoch are, for `training.best`: lower is better.
 *
 * @returns The loss, or minus the mean accuracy or F1 over the heads at a threshold of a half. NaN, which
 *   is never the best, where the loss is not finite: such a network predicts nothing.
 */
export function epochCost(
  context: TrainingContext,
  plan: ModelPlan,
  result: EvaluationResult,
): number {
  const {loss} = result.metrics;
  if (!Number.isFinite(loss)) return Number.NaN;
  if (context.experiment.training.best === 'loss') return loss;
  // A head may have no validation image whose label is known.
  return mean(headCosts(context, plan, result).filter(cost => !Number.isNaN(cost)));
}

/**
 * Says how good the validation results of each head are, for `training.best`: lower is better.
 *
 * @returns The loss, or minus the accuracy or F1 at a threshold of a half.
 */
export function headCosts(
  context: TrainingContext,
  {heads, classes}: ModelPlan,
  {metrics, probabilities, predicted}: EvaluationResult,
): readonly number[] {
  const {best} = context.experiment.training;
  return heads.map((head, column) => {
    const {loss = Number.NaN, accuracy = Number.NaN} = metrics.heads[head] ?? {};
    if (best === 'loss') return loss;
    if (best === 'accuracy') return -accuracy;
    const labels = labelsOf(context, context.dataset.validation, head);
    if (predicted !== undefined && isMultiClass(classes[column]?.length))
      return -macroF1(labels, selectColumn(predicted, heads.length, column));
    return -f1(labels, selectColumn(probabilities, heads.length, column));
  });
}

/** F1 of the positive class at a half; 0 without positives and without predicted ones, as in scikit-learn. */
function f1(labels: Uint8Array, probabilities: Float32Array): number {
  let [hits, positives] = [0, 0];
  labels.forEach((label, image) => {
    if (label === MISSING) return;
    const predicted = predictedClass(probabilities[image]!, plainDecision.threshold);
    hits += label * predicted;
    positives += label + predicted;
  });
  return positives === 0 ? 0 : (2 * hits) / positives;
}

/** Mean of the F1 of the classes that the labels have. */
function macroF1(labels: Uint8Array, predicted: Uint8Array): number {
  const classes = [...new Set(labels)].filter(label => label !== MISSING);
  return mean(
    classes.map(name => {
      let [hits, positives] = [0, 0];
      labels.forEach((label, image) => {
        if (label === MISSING) return;
        if (label === name && predicted[image] === name) hits += 1;
        positives += Number(label === name) + Number(predicted[image] === name);
      });
      return (2 * hits) / positives;
    }),
  );
}
