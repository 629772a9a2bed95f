import {saveModel} from '../artifacts/layers-model.js';
import {createStep} from '../tensorflow/create-step.js';
import {withWeights} from '../tensorflow/training-step.js';
import {updateRule} from '../tensorflow/optimizer-spec.js';
import {classCounts} from '../tensorflow/network.js';
import type {Backend} from '../tensorflow/types.js';
import {loadBackbone} from './backbone.js';
import {headOf} from '../experiment/groups.js';
import type {Experiment} from '../experiment/schema.js';
import {answering, outputOf} from '../model/answering.js';
import {MIXUP_NOTE, mixesImages} from '../data/mixup.js';
import {buildModel} from '../model/build.js';
import {modelPlans, type ModelPlan} from '../model/plan.js';
import type {FinishedStatus} from '../runs/status.js';
import type {Checkpoint, EndedModel, ModelProgress} from './checkpoint.js';
import type {TrainingContext} from './context.js';
import {Diverged} from './diverged.js';
import {frozenPart} from './frozen-part.js';
import {headLosses} from './head-losses.js';
import {trainModel} from './train-model.js';

/** Writes a run's results; the trainer process binds it to the run's folder. */
type RunOutput = {
  /** Returns the path relative to the run's folder. */
  readonly saveCheckpoint: (checkpoint: Pick<Checkpoint, 'ended' | 'progress'>) => Promise<string>;
  readonly saveAffinity: TrainingContext['saveAffinity'];
  readonly modelFolder: (model: string) => string;
  readonly savePredictions: (ended: readonly EndedModel[]) => Promise<void>;
};

type RunTraining = Omit<TrainingContext, 'saveProgress' | 'saveAffinity'> & {
  readonly backend: Backend;
  readonly output: RunOutput;
  /** Where features of images are kept. */
  readonly cacheFolder: string;
  readonly from: Checkpoint | undefined;
};

/** Trains the models of an experiment one after another, and saves them. */
export async function trainRun(run: RunTraining): Promise<FinishedStatus> {
  const ended: EndedModel[] = [...(run.from?.ended ?? [])];
  noteMixup(run);
  for (const plan of modelPlans(run.experiment)) {
    if (ended.some(({name}) => name === plan.name)) continue;
    const from = run.from?.progress?.model === plan.name ? run.from.progress : undefined;
    const result = await trainPlan(run, plan, ended, from);
    if (result === undefined) return run.control.stopStatus;
    ended.push(result);
    await run.output.saveCheckpoint({ended, progress: undefined});
    if (run.control.shouldStop && ended.length < modelPlans(run.experiment).length)
      return run.control.stopStatus;
  }
  await run.output.savePredictions(ended);
  return ended.some(({stoppedEarly}) => stoppedEarly) ? 'stopped-early' : 'completed';
}

/** Says what accuracies mean, once. */
function noteMixup({from, experiment, emit}: RunTraining): void {
  if (from === undefined && mixesImages(experiment.training.augment))
    emit({type: 'log.written', level: 'info', message: MIXUP_NOTE});
}

async function trainPlan(
  run: RunTraining,
  plan: ModelPlan,
  ended: readonly EndedModel[],
  from: ModelProgress | undefined,
): Promise<EndedModel | undefined> {
  const {experiment, backend, emit, output} = run;
  const {training} = experiment;
  const model = buildModel(backend.tf, experiment, plan);
  loadBackbone(backend.tf, model, experiment, plan);
  const below = frozenPart(run, plan, model);
  const {step, precision, note} = createStep({
    backend,
    model,
    heads: plan.heads,
    classes: plan.classes,
    output: plan.output,
    activation: plan.activation,
    rule: updateRule(training),
    losses: headLosses(training, plan.heads, run.dataset, classCounts(plan)),
    mixup: mixesImages(training.augment),
    seed: training.seed,
    choice: training.step,
    precision: training.precision,
    affinity: training.affinity,
    part: below?.above,
  });
  try {
    if (note !== undefined) emit({type: 'log.written', level: 'warning', message: note});
    const saved = precision === 'bfloat16' ? {precision} : {};
    emit({type: 'model.started', model: plan.name, heads: plan.heads, step: step.kind, ...saved});
    const context = {
      ...run,
      dataset: below?.features.dataset ?? run.dataset,
      saveAffinity: output.saveAffinity,
      saveProgress: (progress: ModelProgress) => output.saveCheckpoint({ended, progress}),
    };
    const trained = await trainModel(context, plan, step, from).catch(async (error: unknown) => {
      if (!(error instanceof Diverged) || error.last === undefined) throw error;
      const {message, last} = error;
      await step.setState(withWeights(await step.getState(), last.weights));
      await step.copyToModel();
      await saveModel(model, plan, saved, output.modelFolder(plan.name));
      throw new Diverged(
        `${message} The weights after epoch ${last.epoch}, the last ones with finite losses, are in models/${plan.name}.`,
      );
    });
    if (trained === undefined) return undefined;
    await step.copyToModel();
    const {progress, bestResult, stoppedEarly, ...measured} = trained;
    const {probabilities, predicted, decisions, validation, test, inference, costs} = measured;
    const answers = answersOf(experiment, plan, costs, ended);
    await saveModel(model, plan, {decisions, ...saved}, output.modelFolder(plan.name));
    emit({
      type: 'model.ended',
      model: plan.name,
      epochs: progress.epoch - 1,
      bestEpoch: progress.best.epoch,
      train: bestResult.train,
      validation,
      ...(test === undefined ? {} : {test}),
      ...(decisions === undefined ? {} : {decisions}),
      ...answers,
      seconds: progress.seconds,
      ...(inference === undefined ? {} : {inference}),
    });
    return {
      ...{name: plan.name, heads: plan.heads, probabilities, predicted, decisions, stoppedEarly},
      ...{costs, ...answers},
    };
  } finally {
    step.dispose();
    below?.features.dispose();
    model.dispose();
  }
}

/**
 * The outputs of a network that are better than those of the same head in itself and in networks before it,
 * where the best one answers.
 *
 * @param costs Lower is better.
 */
function answersOf(
  {model: {answeredBy}}: Experiment,
  {heads}: ModelPlan,
  costs: readonly number[],
  before: readonly EndedModel[],
): {readonly answers?: readonly string[]} {
  if (answeredBy !== 'best') return {};
  const answers = heads.filter((output, at) => {
    const head = headOf(output);
    const best = answering(before, head);
    const cost = best?.costs?.[best.heads.indexOf(outputOf(best, head))];
    const twins = heads.flatMap((twin, place) => (headOf(twin) === head ? [place] : []));
    const place = twins.reduce((first, second) =>
      costs[second]! < costs[first]! ? second : first,
    );
    return place === at && (cost === undefined || costs[at]! < cost);
  });
  return {answers};
}
