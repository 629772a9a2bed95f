import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {
  planOf,
  readLayersFile,
  readSavedNetwork,
  type LayersFile,
} from '../artifacts/layers-model.js';
import {answeredPart} from '../artifacts/exports/split.js';
import {findRuns} from './find-runs.js';
import {readResolved} from '../experiment/stringify.js';
import type {Experiment} from '../experiment/schema.js';
import {doesAnswer} from '../model/answering.js';
import {modelPlans, type ModelPlan} from '../model/plan.js';
import {LINK_HINT} from '../runs/folder-faults.js';
import {RunFolder} from '../runs/run-folder.js';
import {readRun} from '../runs/run-record.js';
import type {ModelState} from '../runs/run-state.js';
import type {OutputPlan} from '../tensorflow/network.js';
import {assertNoLinkBelow} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';

/** A trained model that the command line names. */
export type NamedModel = {
  /** Such as `multi-output`, or a head. */
  readonly name: string;
  /** Holds `model.json` and its weights. */
  readonly folder: string;
  /** From the run's definition; without a run the model's own files tell it. */
  readonly plan?: ModelPlan;
  /** Its outputs that answer their heads, where a head has several in the run; default: all. */
  readonly answers?: readonly string[];
};

export type NamedModels = {
  readonly models: readonly NamedModel[];
  /** The run of the models; undefined where a folder of models was named. */
  readonly run: RunFolder | undefined;
  /** Images in a batch when the run was evaluated. */
  readonly batchSize: number | undefined;
  /** Names of models of the run that do not exist. */
  readonly missing: readonly string[];
};

/**
 * Finds the models of a run (by id, unique prefix, experiment's name, `latest` or the run's folder),
 * or those of a folder: one with `model.json`, or one that contains such folders.
 *
 * @throws UserError where there are no models.
 */
export async function findModels(name: string, runs: string): Promise<NamedModels> {
  const folder = path.resolve(name);
  if (existsSync(path.join(folder, 'experiment.yaml'))) return modelsOfRun(new RunFolder(folder));
  const models = modelFolders(folder);
  if (models.length > 0) return {models, run: undefined, batchSize: undefined, missing: []};
  const [record] = await findRuns([name], runs);
  if (record === undefined) throw new Error('A name gives a run.');
  return modelsOfRun(record.folder);
}

async function modelsOfRun(run: RunFolder): Promise<NamedModels> {
  const experiment = readResolved(run.experiment);
  const all = modelPlans(experiment).map(plan => ({
    name: plan.name,
    folder: run.model(plan.name),
    plan,
  }));
  const models = all.filter(({folder}) => isModel(folder));
  if (models.length === 0) {
    throw new UserError(`${run.id}: the run has no trained model. Expected a finished run.`, {
      hint: 'celeba-tui runs shows the status of each run.',
    });
  }
  for (const {folder} of models) await assertInside(run, folder);
  const missing = all.filter(model => !models.includes(model)).map(model => model.name);
  return {
    models: await answeringModels(run, experiment, models),
    run,
    batchSize: experiment.training.batchSize,
    missing,
  };
}

/** The models that answer a head, with the outputs of each that do. */
async function answeringModels(
  run: RunFolder,
  {model: {answeredBy}}: Experiment,
  models: readonly (NamedModel & {readonly plan: ModelPlan})[],
): Promise<readonly NamedModel[]> {
  const logged = answeredBy === 'best' ? await loggedModels(run) : [];
  const networks = models.map(model => ({
    ...model,
    heads: model.plan.heads,
    answers: logged.find(({name}) => name === model.name)?.answers,
  }));
  return networks
    .map(network => ({
      ...network,
      answers: network.heads.filter(output => doesAnswer(networks, network, output)),
    }))
    .filter(({answers}) => answers.length > 0);
}

async function loggedModels(run: RunFolder): Promise<readonly ModelState[]> {
  const {state, fault} = await readRun(run);
  if (fault === undefined && state.models.length > 0) return state.models;
  throw new UserError(
    `${run.events}: only the run's log says which group answers a head, and it cannot be read: ${fault ?? 'it has no models'}.`,
    {hint: 'Name the folder of one model instead of the run.', exitCode: 1},
  );
}

async function assertInside(run: RunFolder, folder: string): Promise<void> {
  try {
    await assertNoLinkBelow(run.path, folder);
  } catch (error) {
    throw new UserError(`${run.path}: cannot read the run's model: ${messageOf(error)}.`, {
      hint: LINK_HINT,
      exitCode: 1,
      cause: error,
    });
  }
}

function modelFolders(folder: string): NamedModel[] {
  if (isModel(folder)) return [{name: path.basename(folder), folder}];
  if (!existsSync(folder)) return [];
  return readdirSync(folder, {withFileTypes: true})
    .filter(entry => entry.isDirectory() && isModel(path.join(folder, entry.name)))
    .map(({name}) => ({name, folder: path.join(folder, name)}));
}

function isModel(folder: string): boolean {
  return existsSync(path.join(folder, 'model.json'));
}
/** A model with the contents of its folder. */
export type OpenModel = Omit<NamedModel, 'plan'> & {
  readonly file: LayersFile;
  readonly plan: OutputPlan;
};

/** Reads models into memory. @throws UserError where one of them is not whole. */
export function openModels({models}: NamedModels): Promise<OpenModel[]> {
  return Promise.all(
    models.map(async model => {
      const whole = await readLayersFile(model.folder);
      const {file, plan} = answeredPart(whole, planOf(whole, model.plan), model.answers);
      // Refuses an inconsistent model here, before anything uses it.
      readSavedNetwork(file, plan);
      return {...model, file, plan};
    }),
  );
}

/**
 * Where the models of a run are written: into `--out`, else into a folder of the run.
 *
 * @param example A name for `--out`, for a folder of models, which has no place of its own.
 * @returns The folder, and the one below which no link is followed.
 * @throws UserError where a folder of models is named without `--out`.
 */
export function outputPlace(
  {run}: NamedModels,
  out: string | undefined,
  folderIn: (run: RunFolder) => string,
  example: string,
): {readonly folder: string; readonly root: string} {
  if (out !== undefined) return {folder: path.resolve(out), root: path.resolve(out)};
  if (run !== undefined) return {folder: path.resolve(folderIn(run)), root: run.path};
  throw new UserError('A folder of models needs --out DIR.', {
    hint: `For example: --out ${example}`,
  });
}
