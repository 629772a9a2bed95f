import type {ImageSet} from '../data/dataset.js';
import {
  decisionOf,
  plainDecision,
  type HeadDecision,
  type HeadDecisions,
} from '../experiment/decision.js';
import {isMultiClass} from '../experiment/classes.js';
import {hasMissing, MISSING} from '../experiment/missing-label.js';
import type {ModelPlan} from '../model/plan.js';
import type {InferenceTimes, SplitMetrics} from '../runs/events.js';
import {withTemperatures} from '../tensorflow/head-columns.js';
import {withWeights, type StepState, type TrainingStep} from '../tensorflow/training-step.js';
import {selectColumn} from '../util/select-column.js';
import {evaluationPlan, labelsOf} from './batch-plans.js';
import {headCosts} from './best-epoch.js';
import type {EndedModel} from './checkpoint.js';
import type {TrainingContext} from './context.js';
import {chooseThreshold, fitTemperature, metricsAt} from './decisions.js';
import {evaluate, evaluateLogOdds, measureInference, type EvaluationResult} from './evaluate.js';

/** What the chosen weights predict, with the temperatures and thresholds of their heads. */
export type ChosenMeasures = {
  readonly probabilities: EndedModel['probabilities'];
  /** undefined where all heads have two classes. */
  readonly predicted: EndedModel['predicted'];
  /** undefined where the experiment has the plain decision for every head. */
  readonly decisions: HeadDecisions | undefined;
  readonly validation: SplitMetrics;
  /** undefined without a test part. */
  readonly test: SplitMetrics | undefined;
  readonly inference: InferenceTimes | undefined;
  /** See `headCosts`. */
  readonly costs: readonly number[];
};

/**
 * Calibrates the chosen weights on the validation images, chooses the thresholds there, and measures
 * both parts; nothing before reads the test part. Leaves the calibrated weights in the step.
 *
 * @param chosen The state of the step, with the chosen weights.
 * @returns      undefined when stopped.
 */
export async function measureChosen(
  context: TrainingContext,
  plan: ModelPlan,
  step: TrainingStep,
  chosen: StepState,
): Promise<ChosenMeasures | undefined> {
  const {dataset, control} = context;
  const {validation, test} = dataset;
  await step.setState(chosen);
  const temperatures = await temperaturesOf(context, plan, step);
  if (temperatures === undefined) return undefined;
  await step.setState(
    withWeights(chosen, withTemperatures(step.network, chosen.weights, temperatures)),
  );
  const measure = (set: ImageSet): ReturnType<typeof evaluate> =>
    evaluate(step, plan.heads, evaluationPlan(context, plan, set), control);
  const validated = await measure(validation);
  if (validated === undefined) return undefined;
  const thresholds = thresholdsOf(context, plan, validated.probabilities);
  const tested = test === undefined ? undefined : await measure(test);
  if (test !== undefined && tested === undefined) return undefined;
  const decisions = decisionsOf(context, plan, temperatures, thresholds);
  const metrics = (set: ImageSet, result: EvaluationResult): SplitMetrics =>
    decisions === undefined
      ? result.metrics
      : metricsAt(
          plan.heads.map(head => ({
            head,
            threshold: isMulti(plan, head) ? undefined : decisionOf(decisions, head).threshold,
            labels: labelsOf(context, set, head),
          })),
          result,
        );
  return {
    ...predictionsOf(validated, tested),
    decisions,
    costs: headCosts(context, plan, validated),
    validation: metrics(validation, validated),
    test: test === undefined || tested === undefined ? undefined : metrics(test, tested),
    // A step that takes features does not do the work of the layers below.
    inference:
      dataset.imageBytes === undefined
        ? await measureInference(step, evaluationPlan(context, plan, validation), context)
        : undefined,
  };
}

function predictionsOf(
  validated: EvaluationResult,
  tested: EvaluationResult | undefined,
): Pick<ChosenMeasures, 'probabilities' | 'predicted'> {
  return {
    probabilities: {
      validation: validated.probabilities,
      ...(tested && {test: tested.probabilities}),
    },
    predicted: validated.predicted && {
      validation: validated.predicted,
      ...(tested?.predicted && {test: tested.predicted}),
    },
  };
}

/** Whether a head has more than two classes: thresholds and temperatures are for two. */
function isMulti({heads, classes}: ModelPlan, head: string): boolean {
  return isMultiClass(classes[heads.indexOf(head)]?.length);
}

/** Returns the temperature of each head: 1 where none is asked for; undefined when stopped. */
async function temperaturesOf(
  context: TrainingContext,
  plan: ModelPlan,
  step: TrainingStep,
): Promise<readonly number[] | undefined> {
  const {experiment, dataset, control} = context;
  if (experiment.evaluation.calibrate === 'none') return plan.heads.map(() => 1);
  const images = evaluationPlan(context, plan, dataset.validation);
  const logOdds = await evaluateLogOdds(step, plan.heads, images, control);
  if (logOdds === undefined) return undefined;
  return plan.heads.map((head, column) => {
    if (isMulti(plan, head)) return 1;
    const values = selectColumn(logOdds, plan.heads.length, column);
    const labels = labelsOf(context, dataset.validation, head);
    const {value, problem} = fitTemperature(...knownOf(labels, values));
    warn(context, `The temperature of ${head} is ${value}`, problem);
    return value;
  });
}

function thresholdsOf(
  context: TrainingContext,
  plan: ModelPlan,
  probabilities: Float32Array,
): readonly number[] {
  const {threshold: goal} = context.experiment.evaluation;
  if (typeof goal === 'number') return plan.heads.map(() => goal);
  return plan.heads.map((head, column) => {
    if (isMulti(plan, head)) return plainDecision.threshold;
    const values = selectColumn(probabilities, plan.heads.length, column);
    const labels = labelsOf(context, context.dataset.validation, head);
    const {value, problem} = chooseThreshold(...knownOf(labels, values), goal);
    warn(context, `The threshold of ${head} is ${value}`, problem);
    return value;
  });
}

/** The labels that are known, and the values of their images. */
function knownOf(
  labels: Uint8Array,
  values: Float32Array,
): readonly [labels: Uint8Array, values: Float32Array] {
  if (!hasMissing(labels)) return [labels, values];
  const isKnown = (_: number, image: number): boolean => labels[image] !== MISSING;
  return [labels.filter(isKnown), values.filter(isKnown)];
}

function warn({emit}: TrainingContext, what: string, problem: string | undefined): void {
  if (problem !== undefined)
    emit({type: 'log.written', level: 'warning', message: `${what}: ${problem}.`});
}

function decisionsOf(
  {experiment: {evaluation}}: TrainingContext,
  {heads, classes}: ModelPlan,
  temperatures: readonly number[],
  thresholds: readonly number[],
): HeadDecisions | undefined {
  const {threshold} = plainDecision;
  if (evaluation.calibrate === 'none' && evaluation.threshold === threshold) return undefined;
  return Object.fromEntries(
    heads
      .map((head, at): [string, HeadDecision] => [
        head,
        {threshold: thresholds[at] ?? threshold, temperature: temperatures[at] ?? 1},
      ])
      .filter((_, at) => !isMultiClass(classes[at]?.length)),
  );
}
