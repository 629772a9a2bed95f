import type {Experiment} from './schema.js';

/**
 * The definitions of the runs that one seed of an experiment needs: one for each fold of
 * `data.split.folds`, in order, with `data.split.fold` set. Without folds, or where the file chooses
 * one of them, the experiment itself.
 */
export function foldsOf(experiment: Experiment): readonly Experiment[] {
  const {data} = experiment;
  const {split} = data;
  if (!('folds' in split) || split.fold !== undefined) return [experiment];
  return Array.from({length: split.folds}, (_, index) => ({
    ...experiment,
    data: {...data, split: {...split, fold: index + 1}},
  }));
}

/** The fold that a run tests on, from 1; undefined where its split has no folds. */
export function foldOf({data: {split}}: Experiment): number | undefined {
  return 'folds' in split ? split.fold : undefined;
}

/** The name of an experiment with the fold of the run, for people: `separate fold 2/5`. */
export function nameWithFold(experiment: Experiment): string {
  const {split} = experiment.data;
  return 'folds' in split && split.fold !== undefined
    ? `${experiment.name} fold ${split.fold}/${split.folds}`
    : experiment.name;
}

/** The names of runs that stand below each other: with their seeds where several have the same name. */
export function namesInQueue(experiments: readonly Experiment[]): readonly string[] {
  const names = experiments.map(nameWithFold);
  const seen = new Set<string>();
  const repeated = new Set(names.filter(name => seen.size === seen.add(name).size));
  return names.map((name, index) =>
    repeated.has(name) ? `${name} seed ${experiments[index]?.training.seed}` : name,
  );
}
