import {decisionOf} from '../../experiment/decision.js';
import {columnsOfHead} from '../../tensorflow/head-columns.js';
import {
  classCounts,
  type NamedTensor,
  type OutputPlan,
  type TopologyLayer,
} from '../../tensorflow/network.js';
import type {LayersFile, WholeModel} from '../layers-model.js';

/**
 * Makes the single-head model of one head: the trunk and the head's layer, with identical weights. A head
 * of a vector gets its columns and a softmax.
 */
export function splitHead(file: LayersFile, plan: OutputPlan, head: string): WholeModel {
  const position = plan.heads.indexOf(head);
  if (position === -1) throw new Error(`The model has no head ${head}.`);
  const {layers, output_layers: outputs} = file.topology.config;
  const outputNames = outputs.map(([name]) => name);
  const trunk = layers.filter(({name}) => !outputNames.includes(name));
  const output = layers.find(
    ({name}) => name === outputNames[plan.output === 'vector' ? 0 : position],
  ) as TopologyLayer;
  const [last, lastWeights] =
    plan.output === 'vector'
      ? partOf(output, file.weights, classCounts(plan), position, freeName(head, trunk))
      : [output, weightsOf(output.name, file.weights)];
  const trunkWeights = trunk.flatMap(({name}) => weightsOf(name, file.weights));
  return {
    topology: {
      ...file.topology,
      config: {
        ...file.topology.config,
        name: head,
        layers: [...trunk, last],
        output_layers: [[last.name, 0, 0]],
      },
    },
    weights: [...trunkWeights, ...lastWeights],
    plan: {
      heads: [head],
      classes: plan.classes && [plan.classes[position]!],
      output: 'heads',
    },
    ...(file.precision && {precision: file.precision}),
    decisions: file.decisions && {[head]: decisionOf(file.decisions, head)},
  };
}

/** Makes a dense layer with a softmax from the columns of one head of a vector. */
function partOf(
  output: TopologyLayer,
  weights: readonly NamedTensor[],
  classes: readonly number[],
  head: number,
  name: string,
): [TopologyLayer, NamedTensor[]] {
  const config = {...output.config, name, units: classes[head], activation: 'softmax'};
  const headWeights = weightsOf(output.name, weights).map(weight => ({
    ...columnsOfHead(weight, classes, head),
    name: `${name}/${weight.name.slice(weight.name.lastIndexOf('/') + 1)}`,
  }));
  return [{...output, name, config}, headWeights];
}

function weightsOf(layer: string, weights: readonly NamedTensor[]): NamedTensor[] {
  return weights.filter(({name}) => name.slice(0, name.lastIndexOf('/')) === layer);
}

/** Returns an unused name: a head may have the name of a layer of the trunk. */
function freeName(head: string, trunk: readonly TopologyLayer[]): string {
  let name = head;
  for (let count = 1; trunk.some(layer => layer.name === name); count++) name = `${head}_${count}`;
  return name;
}
