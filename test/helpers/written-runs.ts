import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {stringify} from 'yaml';
import {MISSING} from '../../src/experiment/missing-label.js';
import type {EvaluatedPart} from '../../src/experiment/parts.js';
import {encodeEvent, type InferenceTimes, type RunFact} from '../../src/runs/events.js';
import {predictionsCsv, slicesCsv} from '../../src/runs/run-csv.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {readRun, type RunRecord} from '../../src/runs/run-record.js';
import type {UntilDecided} from '../../src/runs/searches.js';
import {thisProcess} from '../../src/util/process-identity.js';

/** What a head of a written run answers: 1 for each image that it has right. */
export type WrittenHeads = Readonly<Record<string, readonly number[]>>;

export type WrittenRun = {
  readonly id: string;
  readonly experiment: string;
  /** The file's name, where a matrix gave the experiment its own. */
  readonly file?: string;
  readonly heads: WrittenHeads;
  readonly seed?: number;
  /** Of the folds that its definition has. */
  readonly fold?: number;
  readonly batch?: string;
  readonly untilDecided?: UntilDecided;
  readonly parameters?: number;
  readonly seconds?: number;
  readonly inference?: InferenceTimes;
  readonly variant?: Readonly<Record<string, string | number>>;
  /** Merged over the definition's first level. */
  readonly definition?: Readonly<Record<string, unknown>>;
  /** What its data warned of. */
  readonly warnings?: readonly string[];
  /** The part of its images; validation otherwise. */
  readonly part?: EvaluatedPart;
  /** Images whose label is missing, by head. */
  readonly unlabelled?: Readonly<Record<string, readonly number[]>>;
  /** Names of the images; 0.jpg, 1.jpg, … otherwise. */
  readonly files?: readonly string[];
  /** Values of attributes, 0 or 1 for each image, that its `slices.csv` has. */
  readonly attributes?: Readonly<Record<string, readonly number[]>>;
  readonly last?: RunFact;
  /** Merged over what run.json has. */
  readonly info?: Readonly<Record<string, unknown>>;
  readonly configHash?: string;
  /** When it started, as ISO 8601. */
  readonly started?: string;
  /** Whether this process holds the run's lock, as its trainer would. */
  readonly isTrained?: boolean;
};

/** So many images, of which the first are right. */
export function right(count: number, images: number): number[] {
  return Array.from({length: images}, (_, index) => (index < count ? 1 : 0));
}

/** Labels of the written images: 1, 0, 1, 0, … */
const labelOf = (image: number): number => (image + 1) % 2;

/** The `run.json` of a written run. */
function infoOf(run: WrittenRun): object {
  const {seed = 1, batch = 'batch', configHash = 'c', started = ''} = run;
  return {
    schemaVersion: 3,
    id: run.id,
    experiment: run.experiment,
    file: run.file ?? run.experiment,
    variant: run.variant ?? {},
    configHash,
    seed,
    ...(run.fold !== undefined && {fold: run.fold}),
    versions: {},
    dataRoot: '/photographs',
    host: {platform: 'linux', arch: 'x64', cpus: 2, memoryBytes: 1},
    started,
    batch,
    untilDecided: run.untilDecided,
    ...run.info,
  };
}

/** Writes the folder of a finished run, as the trainer leaves it. */
export function writeRun(runs: string, run: WrittenRun): RunFolder {
  const folder = new RunFolder(path.join(runs, run.id));
  const {heads, seed = 1} = run;
  const [answers = []] = Object.values(heads);
  const files = run.files ?? answers.map((_, image) => `${image}.jpg`);
  mkdirSync(folder.model('m'), {recursive: true});
  writeFileSync(path.join(folder.model('m'), 'weights.bin'), new Uint8Array(1000));
  writeFileSync(
    folder.events,
    factsOf(run)
      .map((fact, index) => `${encodeEvent({...fact, seq: index + 1, at: '', run: run.id})}\n`)
      .join(''),
  );
  writeFileSync(
    folder.experiment,
    stringify({name: run.experiment, training: {seed}, ...run.definition}),
  );
  writeFileSync(folder.info, JSON.stringify(infoOf(run)));
  const columns = Object.entries(heads).map(([head, own]) => ({
    head,
    labels: Uint8Array.from(own, (_, image) =>
      run.unlabelled?.[head]?.includes(image) === true ? MISSING : labelOf(image),
    ),
    probabilities: Float32Array.from(own, (isRight, image) =>
      isRight === labelOf(image) ? 0.9 : 0.1,
    ),
    threshold: 0.5,
  }));
  writeFileSync(
    folder.predictions,
    [...predictionsCsv([{part: run.part ?? 'validation', files, heads: columns}])].join(''),
  );
  if (run.attributes !== undefined) {
    const columns = Object.values(run.attributes);
    const values = Uint8Array.from(files.flatMap((_, image) => columns.map(of => of[image] ?? 0)));
    const parts = [{part: run.part ?? ('validation' as const), files, values}];
    writeFileSync(folder.slices, slicesCsv(Object.keys(run.attributes), parts));
  }
  if (run.isTrained === true) writeFileSync(folder.lock, JSON.stringify(thisProcess()));
  return folder;
}

export async function writtenRecord(runs: string, run: WrittenRun): Promise<RunRecord> {
  return readRun(writeRun(runs, run));
}

function factsOf(run: WrittenRun): RunFact[] {
  const {experiment, heads, parameters = 1234, seconds = 2, inference, last} = run;
  const names = Object.keys(heads);
  const images = Object.values(heads)[0]?.length ?? 0;
  const metrics = {
    loss: 0.5,
    heads: Object.fromEntries(
      Object.entries(heads).map(([head, own]) => [
        head,
        {loss: 0.5, accuracy: own.reduce((sum, isRight) => sum + isRight, 0) / own.length},
      ]),
    ),
  };
  return [
    {
      type: 'run.started',
      experiment,
      heads: names,
      models: [{name: 'm', heads: names, parameters}],
      epochs: 1,
      backend: 'b',
      pid: 1,
    },
    {
      type: 'data.loaded',
      source: 's',
      trainImages: 20,
      validationImages: images,
      baselines: Object.fromEntries(names.map(head => [head, 0.5])),
      seconds: 1,
      ...(run.warnings !== undefined && {warnings: run.warnings}),
    },
    {
      type: 'epoch.ended',
      model: 'm',
      epoch: 1,
      train: metrics,
      validation: metrics,
      learningRate: 1,
      trainSeconds: 1,
      seconds,
      imagesPerSecond: 20,
      memoryBytes: 1,
    },
    {
      type: 'model.ended',
      model: 'm',
      epochs: 1,
      bestEpoch: 1,
      train: metrics,
      validation: metrics,
      seconds,
      ...(inference === undefined ? {} : {inference}),
    },
    last ?? {type: 'run.finished', status: 'completed', seconds: 3, peakMemoryBytes: 1},
  ];
}
