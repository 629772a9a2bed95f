import {classesOf} from '../experiment/classes.js';
import type {Experiment} from '../experiment/schema.js';

/** One network of an experiment: which heads it has, and how its outputs are laid out. */
export type ModelPlan = {
  /** Folder name under `models/`: the head for a separate model, else the kind. */
  readonly name: string;
  readonly heads: readonly string[];
  /** Names of the classes of each head. */
  readonly classes: readonly (readonly string[])[];
  /**
   * `heads`: one softmax for each head. `vector`: one dense output with the classes of all heads side by
   * side, each head with its own softmax.
   */
  readonly output: 'heads' | 'vector';
};

/** The networks that an experiment trains, in the order in which they train. */
export function modelPlans(experiment: Experiment): readonly ModelPlan[] {
  const {heads} = experiment.data;
  const classes = heads.map(head => classesOf(experiment.data, head));
  switch (experiment.model.kind) {
    case 'separate':
      return heads.map((head, at) => ({
        ...{name: head, heads: [head], classes: [classes[at]!], output: 'heads'},
      }));
    case 'multi-output':
      return [{name: 'multi-output', heads, classes, output: 'heads'}];
    case 'concatenated':
      return [{name: 'concatenated', heads, classes, output: 'vector'}];
  }
}
