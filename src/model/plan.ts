import type {Experiment} from '../experiment/schema.js';

/** One network of an experiment: which heads it has, and how its outputs are laid out. */
export type ModelPlan = {
  /** Folder name under `models/`: the head for a separate model, else the kind. */
  readonly name: string;
  readonly heads: readonly string[];
  /**
   * `heads`: one softmax of two for each head. `vector`: one dense output of two for each head,
   * side by side, each with its own softmax.
   */
  readonly output: 'heads' | 'vector';
};

/** The networks that an experiment trains, in the order in which they train. */
export function modelPlans(experiment: Experiment): readonly ModelPlan[] {
  const {heads} = experiment.data;
  switch (experiment.model.kind) {
    case 'separate':
      return heads.map(head => ({name: head, heads: [head], output: 'heads'}));
    case 'multi-output':
      return [{name: 'multi-output', heads, output: 'heads'}];
    case 'concatenated':
      return [{name: 'concatenated', heads, output: 'vector'}];
  }
}
