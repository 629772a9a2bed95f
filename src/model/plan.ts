import {classesOf} from '../experiment/classes.js';
import {groupName, headOf, outputsOfGroups, parseGroups, type Group} from '../experiment/groups.js';
import type {Experiment} from '../experiment/schema.js';

/** One network of an experiment: which heads it has, and how its outputs are laid out. */
export type ModelPlan = {
  /** Folder name under `models/`: the head or the heads of a network for some of them, else the kind. */
  readonly name: string;
  /**
   * Its outputs: the heads, and in a network that branches the further outputs of heads that are in several
   * groups, such as `Male.2` (`headOf` has the head).
   */
  readonly heads: readonly string[];
  /** Names of the classes of each head. */
  readonly classes: readonly (readonly string[])[];
  /**
   * `heads`: one output for each head. `vector`: one dense output with the logits of all heads side by side.
   */
  readonly output: 'heads' | 'vector';
  /** What each head ends with: one sigmoid; absent for a softmax over its classes. */
  readonly activation?: 'sigmoid';
  /** Those that share the layers after `model.branchAfter`; absent where all heads share all layers. */
  readonly branches?: readonly Group[];
};

/** The networks that an experiment trains, in the order in which they train. */
export function modelPlans({data, model}: Experiment): readonly ModelPlan[] {
  const planOf = (
    name: string,
    heads: readonly string[],
    output: ModelPlan['output'] = 'heads',
  ): ModelPlan => ({
    ...{name, heads, classes: heads.map(head => classesOf(data, headOf(head))), output},
    ...(model.output === 'sigmoid' && {activation: model.output}),
  });
  const {kind} = model;
  switch (kind) {
    case 'separate':
      return data.heads.map(head => planOf(head, [head]));
    case 'multi-output':
      return [planOf(kind, data.heads)];
    case 'concatenated':
      return [planOf(kind, data.heads, 'vector')];
    case 'grouped': {
      // In the order of the data, so that the order within a group changes nothing.
      const groups = parseGroups(model.groups ?? '').map(group =>
        data.heads.filter(head => group.includes(head)),
      );
      if (model.branchAfter === undefined)
        return groups.map((heads, index) => planOf(groupName(heads, index), heads));
      const branches = outputsOfGroups(groups);
      return [{...planOf(kind, branches.flat()), branches}];
    }
  }
}
