import {decisionOf} from '../../experiment/decision.js';
import {headOf} from '../../experiment/groups.js';
import {columnsOfHead} from '../../tensorflow/head-columns.js';
import {
  columnCounts,
  type NamedTensor,
  type OutputPlan,
  type TopologyLayer,
} from '../../tensorflow/network.js';
import type {LayersFile, WholeModel} from '../layers-model.js';

/**
 * Makes the single-head model of one head: the trunk and the head's layer, with identical weights. A head
 * of a vector gets its columns and a softmax or sigmoid.
 */
export function splitHead(file: LayersFile, plan: OutputPlan, head: string): WholeModel {
  const position = plan.heads.indexOf(head);
  if (position === -1) throw new Error(`The model has no head ${head}.`);
  if (plan.output === 'heads') return selectHeads(file, plan, [head], head);
  const {trunk, outputs} = layersOf(file.topology);
  const [output] = outputs as [TopologyLayer];
  const name = freeName(head, trunk);
  const [last, weights] = partOf(output, file.weights, plan, position, name);
  return modelOf({...file, weights: [...file.weights, ...weights]}, plan, head, [
    {output: head, position, layer: last},
  ]);
}

/**
 * Makes the model of some of a model's outputs, with the layers below them and identical weights. Each is
 * named as its head, of which none has a second output here.
 *
 * @param plan Of a model with an output for each head.
 */
export function selectHeads(
  file: LayersFile,
  plan: OutputPlan,
  selected: readonly string[],
  name: string,
): WholeModel {
  const {trunk, outputs} = layersOf(file.topology);
  const chosenLayers = selected.map(output => outputs[plan.heads.indexOf(output)]!);
  // Without those of other outputs, one of which has the name that a chosen one gets.
  const weights = [...trunk, ...chosenLayers].flatMap(({name: of}) => weightsOf(of, file.weights));
  const chosen = selected.map((output, index) => {
    const position = plan.heads.indexOf(output);
    const layer = chosenLayers[index]!;
    if (headOf(output) === output) return {output, position, layer};
    const as = freeName(headOf(output), trunk);
    weights.push(...renamed(weightsOf(layer.name, weights), as));
    return {output, position, layer: {...layer, name: as, config: {...layer.config, name: as}}};
  });
  return modelOf({...file, weights}, plan, name, chosen);
}

/** Returns a model with the outputs that answer their heads, where others answer the other heads. */
export function answeredPart(
  file: LayersFile,
  plan: OutputPlan,
  answers: readonly string[] = plan.heads,
): {readonly file: LayersFile; readonly plan: OutputPlan} {
  if (answers.length === plan.heads.length) return {file, plan};
  const part = selectHeads(file, plan, answers, file.topology.config.name);
  return {file: {...file, ...part}, plan: part.plan};
}

/** The layers of a model: those of its outputs, in their order, and the others. */
function layersOf({config: {layers, output_layers: names}}: LayersFile['topology']): {
  readonly trunk: readonly TopologyLayer[];
  readonly outputs: readonly TopologyLayer[];
} {
  const outputs = names.map(([name]) => layers.find(layer => layer.name === name));
  return {
    trunk: layers.filter(layer => !outputs.includes(layer)),
    outputs: outputs as TopologyLayer[],
  };
}

function modelOf(
  file: LayersFile,
  plan: OutputPlan,
  name: string,
  selected: readonly {
    readonly output: string;
    /** In the plan. */
    readonly position: number;
    readonly layer: TopologyLayer;
  }[],
): WholeModel {
  const outputs = selected.map(({layer}) => layer);
  const layers = [...layersBelow(outputs, layersOf(file.topology).trunk), ...outputs];
  const {decisions, precision} = file;
  return {
    topology: {
      ...file.topology,
      config: {
        ...file.topology.config,
        name,
        layers,
        output_layers: outputs.map(layer => [layer.name, 0, 0]),
      },
    },
    weights: layers.flatMap(layer => weightsOf(layer.name, file.weights)),
    plan: {
      heads: selected.map(({output}) => headOf(output)),
      classes: plan.classes && selected.map(({position}) => plan.classes![position]!),
      output: 'heads',
      activation: plan.activation,
    },
    ...(precision && {precision}),
    decisions:
      decisions &&
      Object.fromEntries(
        selected.map(({output}) => [headOf(output), decisionOf(decisions, output)]),
      ),
  };
}

/** The layers that outputs depend on, in their order. @param trunk Each after its inputs. */
function layersBelow(
  outputs: readonly TopologyLayer[],
  trunk: readonly TopologyLayer[],
): readonly TopologyLayer[] {
  const inputs = ({inbound_nodes: calls}: TopologyLayer): string[] =>
    calls.flatMap(call => call.map(([name]) => name));
  const needed = new Set(outputs.flatMap(inputs));
  for (const layer of trunk.toReversed())
    if (needed.has(layer.name)) inputs(layer).forEach(name => needed.add(name));
  return trunk.filter(({name}) => needed.has(name));
}

/** Makes a dense layer with its activation from the columns of one head of a vector. */
function partOf(
  output: TopologyLayer,
  weights: readonly NamedTensor[],
  plan: OutputPlan,
  head: number,
  name: string,
): [TopologyLayer, NamedTensor[]] {
  const counts = columnCounts(plan);
  const {activation = 'softmax'} = plan;
  const config = {...output.config, name, units: counts[head], activation};
  const columns = renamed(weightsOf(output.name, weights), name).map(({name: as, ...weight}) => ({
    ...columnsOfHead({...weight, name: as}, counts, head),
    name: as,
  }));
  return [{...output, name, config}, columns];
}

/** The weights of a layer that gets another name. */
function renamed(weights: readonly NamedTensor[], layer: string): NamedTensor[] {
  return weights.map(weight => ({
    ...weight,
    name: `${layer}/${weight.name.slice(weight.name.lastIndexOf('/') + 1)}`,
  }));
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
