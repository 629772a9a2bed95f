import {existsSync} from 'node:fs';
import {unusedDataNotes} from '../app/load-jobs.js';
import type {Streams} from '../app/streams.js';
import {quiet} from '../data/catalogue.js';
import {commonSize, sizeWarnings} from '../data/image-size.js';
import {drawWithPeople} from '../data/draw-images.js';
import {assertClasses, headColumns, sliceColumns} from '../data/sampling.js';
import {missingWarnings, oneClassWarnings} from '../data/split-checks.js';
import {openCatalogue} from '../data/open-catalogue.js';
import {dataSeed, fullDataRoot} from '../experiment/data-root.js';
import {foldsOf} from '../experiment/folds.js';
import {inputSize, inputSizeText} from '../experiment/input-size.js';
import {listExperiments, loadExperiment} from '../experiment/load.js';
import type {ParsedExperiment} from '../experiment/parse.js';
import type {DataDefinition, Experiment} from '../experiment/schema.js';
import {stringifyExperiment} from '../experiment/stringify.js';
import {assertFitsMemory} from '../model/memory.js';
import {experimentParameters} from '../model/shapes.js';
import {experimentSummary} from '../model/summary.js';
import {searchPlanLines} from '../report/text/search-plan.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable, thousands, withoutRepeats} from '../util/format.js';
import {machineMemory} from '../util/machine.js';
import {errorText, UserError} from '../util/user-error.js';
import {describeError} from './errors.js';

type DataOptions = {
  /** Overrides `data.root`. */
  readonly data: string | undefined;
  readonly cacheFolder: string;
};

/** Validates experiments and prints what each resolves to; without names, all of the folder. */
export async function runCheck(
  names: readonly string[],
  options: DataOptions & {readonly folder: string; readonly overrides: readonly string[]},
  {stdout, stderr}: Streams,
): Promise<ExitCode> {
  const {folder, overrides} = options;
  const wanted = names.length > 0 ? names : (await listExperiments(folder)).map(({name}) => name);
  let exitCode: ExitCode = 0;
  for (const name of wanted) {
    try {
      const parsed = await loadExperiment(name, folder, overrides);
      const experiments = parsed.variants.map(({experiment}) => experiment);
      for (const experiment of experiments) assertFitsMemory(experiment, machineMemory());
      stdout.write(checkText(parsed, stdout.columns));
      for (const note of [
        ...(await checkBackbone(experiments)),
        ...(await checkData(experiments, options)),
        ...unusedDataNotes(
          experiments.map(experiment => ({experiment, file: parsed.file.name})),
          options.data,
        ),
      ])
        stderr.write(`note: ${name}: ${printable(note)}\n`);
    } catch (error) {
      const described = describeError(error);
      stderr.write(described.text);
      exitCode = described.exitCode;
    }
  }
  return exitCode;
}

/**
 * The resolved definition of every combination with its layers, shapes and parameter counts; of a search its
 * plan, and the first trial only.
 *
 * @param columns Width of the terminal; undefined for a file or a pipe.
 */
export function checkText(parsed: ParsedExperiment, columns?: number): string {
  const {path, variants, file} = parsed;
  const parts = (file.search === undefined ? variants : variants.slice(0, 1)).map(
    ({experiment}) =>
      `# ${experiment.name} (${path}): ${thousands(experimentParameters(experiment))} parameters; input size ${inputSizeText(experiment.data)}\n` +
      `${stringifyExperiment(experiment)}\n${experimentSummary(experiment, columns)}`,
  );
  const plan = searchPlanLines(parsed).map(text => printable(`${text}\n`));
  return `${plan.join('')}${plan.length === 0 ? '' : '\n'}${parts.join('\n')}\n`;
}

/** @returns What to know of a file, and a note where weights are not installed, which a run would refuse. */
async function checkBackbone(experiments: readonly Experiment[]): Promise<readonly string[]> {
  const backbones = experiments.flatMap(({model}) => model.backbone ?? []);
  if (backbones.length === 0) return [];
  const {backboneNote, assertBackbone} = await import('../training/backbone.js');
  const notes = new Set<string>();
  for (const backbone of backbones) {
    try {
      notes.add(backboneNote(backbone));
      assertBackbone(backbone);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      notes.add(errorText(error));
    }
  }
  return [...notes];
}

/**
 * Checks whether the data has the heads and images that experiments need, once for all variants.
 *
 * @returns Notes for people. Where no folder is named, missing data is a note, too.
 * @throws UserError with exit code 3 where the data lacks a head or images, or the named folder is missing.
 */
export async function checkData(
  experiments: readonly Experiment[],
  {data, cacheFolder}: DataOptions,
): Promise<readonly string[]> {
  const notes = new Set<string>();
  for (const {definition, folds, slices, seed, root} of demandsOf(experiments, data)) {
    // A folder that somebody names is expected to be there: opening it says that it is not.
    if (data === undefined && !existsSync(root)) {
      notes.add(`${root} does not exist, so heads, sample and split were not checked.`);
      continue;
    }
    const catalogue = await openCatalogue(definition, {
      ...{...quiet, root, cacheFolder},
      onWarning: text => notes.add(text),
    });
    assertClasses(catalogue, definition);
    const columns = headColumns(catalogue, definition.heads);
    sliceColumns(catalogue, slices);
    const images = new Set<number>();
    for (const fold of folds) {
      const {drawn, warnings} = await drawWithPeople(catalogue, fold, seed);
      const labels = [missingWarnings, oneClassWarnings].flatMap(warningsOf =>
        warningsOf(catalogue, columns, fold.heads, drawn),
      );
      for (const text of [...warnings, ...labels]) notes.add(text);
      for (const image of Object.values(drawn).flat()) images.add(image);
    }
    const size = await commonSize(catalogue, [...images]);
    if (size === undefined || size.images < size.lookedAt / 2) continue;
    const original = [size.height, size.width] as const;
    for (const text of sizeWarnings(definition, original, inputSize(definition))) notes.add(text);
  }
  return withoutRepeats([...notes]);
}

/** What experiments demand of the data, each demand once. The sample faces always have it. */
function demandsOf(experiments: readonly Experiment[], dataFolder: string | undefined) {
  type Demand = {
    definition: DataDefinition;
    folds: readonly DataDefinition[];
    slices: readonly string[];
    seed: number;
    root: string;
  };
  const demands = new Map<string, Demand>();
  for (const experiment of experiments) {
    const {data, evaluation} = experiment;
    if (data.source === 'sample') continue;
    const {source, heads, classes, image, sampling, split, onBadImage} = data;
    const seed = dataSeed(experiment);
    const root = fullDataRoot(dataFolder ?? data.root);
    const slices = evaluation.slices ?? [];
    const demand = [source, heads, classes, slices, image, sampling, split, onBadImage, seed, root];
    const folds = foldsOf(experiment).map(fold => fold.data);
    demands.set(JSON.stringify(demand), {definition: data, folds, slices, seed, root});
  }
  return [...demands.values()];
}
