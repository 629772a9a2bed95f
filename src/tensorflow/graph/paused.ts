import type {Attribute, Dtype, GraphNode, Value} from './builder.js';

/** The node to fetch in order to compute as far as the pause. */
export const PAUSE = 'pause';

/** Operations whose results are the same in the next run. */
const SOURCES = new Set(['Const', 'Placeholder', 'VarHandleOp', 'ReadVariableOp']);

/**
 * Operations that are computed again: TensorFlow computes the gradient of a maximum fast only beside the maximum
 * itself, which is cheap.
 */
const REPEATED = new Set(['MaxPool']);

/**
 * Divides a graph so that a run can end at a value, and the next one continues from there: what the rest of the
 * graph takes from before the pause is stored in variables, whose memory TensorFlow shares: it is neither
 * computed twice nor copied. The second run must follow the first, with the same feeds.
 *
 * @param name  The node whose first output, of float32, the first run returns as `PAUSE`.
 * @param scope Keeps the variables of two graphs in one process apart.
 */
export function pausedAt(
  nodes: readonly GraphNode[],
  name: string,
  scope: string,
): readonly GraphNode[] {
  const before = ancestorsOf(nodes, name);
  const added = new Map<string, readonly GraphNode[]>();
  const repeated = new Map<string, GraphNode>();
  const resumed = (value: Value): Value => {
    const node = before.get(value.node);
    if (node === undefined || SOURCES.has(node.op)) return value;
    if (REPEATED.has(node.op)) {
      const again = `again/${node.name}`;
      if (!repeated.has(again))
        repeated.set(again, {...node, name: again, inputs: node.inputs.map(resumed)});
      return {node: again, output: value.output};
    }
    const id = `${value.node}/${value.output}`;
    if (!added.has(id)) added.set(id, storage(id, value, dtypeOf(node, value.output), scope));
    return {node: `resumed/${id}`, output: 0};
  };
  const reads = new Map<string, string[]>();
  for (const {op, name: read, inputs, after} of nodes)
    if (op === 'ReadVariableOp' && after.length === 0)
      reads.set(inputs[0]!.node, [...(reads.get(inputs[0]!.node) ?? []), read]);
  const rewritten = nodes.map(node => {
    if (before.has(node.name)) return node;
    // Without the forward pass, only this orders the reads of a weight before its update.
    const readFirst =
      node.op === 'ReadVariableOp' ? [] : node.inputs.flatMap(input => reads.get(input.node) ?? []);
    const after = node.after.filter(earlier => !before.has(earlier));
    return {...node, inputs: node.inputs.map(resumed), after: [...after, ...readFirst]};
  });
  const pause: GraphNode = {
    name: PAUSE,
    op: 'Identity',
    inputs: [{node: name, output: 0}],
    attributes: {T: {type: 'float32'}},
    after: [...added.keys()].map(id => `stored/${id}`),
  };
  return [...rewritten, ...repeated.values(), ...[...added.values()].flat(), pause];
}

/** The nodes that a node is computed from, and itself. */
function ancestorsOf(nodes: readonly GraphNode[], name: string): ReadonlyMap<string, GraphNode> {
  const byName = new Map(nodes.map(node => [node.name, node]));
  const ancestors = new Map<string, GraphNode>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = byName.get(next);
    if (node === undefined || ancestors.has(next)) continue;
    ancestors.set(next, node);
    open.push(...node.inputs.map(input => input.node), ...node.after);
  }
  return ancestors;
}

/** A variable of any shape, what stores a value in it, and what reads it. */
function storage(id: string, value: Value, type: Dtype, scope: string): readonly GraphNode[] {
  const dtype = {dtype: {type}} as const;
  const handle = {node: `variable/${id}`, output: 0};
  const attributes = {
    ...dtype,
    shape: {shape: 'any'},
    container: {text: ''},
    shared_name: {text: `${scope}/stored/${id}`},
  } as const;
  return [
    {name: handle.node, op: 'VarHandleOp', inputs: [], attributes, after: []},
    {
      name: `stored/${id}`,
      op: 'AssignVariableOp',
      inputs: [handle, value],
      attributes: dtype,
      after: [],
    },
    {name: `resumed/${id}`, op: 'ReadVariableOp', inputs: [handle], attributes: dtype, after: []},
  ];
}

const COMPARISONS = new Set(['Equal', 'NotEqual', 'GreaterEqual', 'Greater', 'Less', 'LessEqual']);

/** The type of a node's output. */
function dtypeOf({op, attributes}: GraphNode, output: number): Dtype {
  if (COMPARISONS.has(op)) return 'bool';
  // The statistics of the fused batch normalization have a type of their own.
  if (op === 'FusedBatchNormV3' && output > 0) return typeOf(attributes['U']) ?? 'float32';
  for (const key of ['DstT', 'out_type', 'output_type', 'dtype', 'T']) {
    const type = typeOf(attributes[key]);
    if (type !== undefined) return type;
  }
  throw new Error(`The type of ${op} is not known.`);
}

function typeOf(attribute: Attribute | undefined): Dtype | undefined {
  return attribute !== undefined && 'type' in attribute ? attribute.type : undefined;
}
