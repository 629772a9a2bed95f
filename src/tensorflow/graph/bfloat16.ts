import type {Precision} from '../training-step.js';
import type {Attribute, GraphBuilder, GraphNode, Value} from './builder.js';

/**
 * An operation that computes in bfloat16: which of its inputs are numbers to compute with, and whether it
 * asks for bfloat16 itself or only takes what comes in it.
 */
type LowPrecision = {readonly inputs: readonly number[]; readonly asks: boolean};

/** Convolutions and products, where the processor's instructions for bfloat16 pay for the casts. */
const asking = (...inputs: readonly number[]): LowPrecision => ({inputs, asks: true});
/** Cheap operations between them, which would otherwise cost two casts. */
const following = (...inputs: readonly number[]): LowPrecision => ({inputs, asks: false});

const lowPrecision: Readonly<Record<string, LowPrecision>> = {
  Conv2D: asking(0, 1),
  Conv2DBackpropFilter: asking(0, 2),
  Conv2DBackpropInput: asking(1, 2),
  MatMul: asking(0, 1),
  BiasAdd: following(0, 1),
  Relu: following(0),
  MaxPool: following(0),
  Reshape: following(0),
  ReluGrad: following(0, 1),
  MaxPoolGrad: following(0, 1, 2),
  BiasAddGrad: following(0),
};

/** Reads only the shape of its input: any type will do, and its result has none of it. */
const SHAPE = 'Shape';

type Rewrite = (nodes: readonly GraphNode[]) => readonly GraphNode[];

/**
 * Returns a graph as the bytes of a `saved_model.pb`, in a precision.
 *
 * @param rewrite Changes the nodes once they have their precision.
 */
export function savedModelIn(
  precision: Precision,
  build: GraphBuilder,
  rewrite: Rewrite = nodes => nodes,
): Uint8Array {
  return build.savedModel(undefined, nodes =>
    rewrite(precision === 'float32' ? nodes : inBfloat16(nodes, build.exact)),
  );
}

/**
 * Rewrites a graph so that convolutions and products, and what lies between them, compute in bfloat16
 * (Kalamkar et al. 2019). Their sums are float32 inside the kernels; weights, optimizer, normalization,
 * softmax and loss stay float32. Each value is cast once in each direction.
 *
 * @param nodes Each after the nodes that it takes values from.
 * @param exact Nodes that stay float32.
 */
export function inBfloat16(
  nodes: readonly GraphNode[],
  exact: ReadonlySet<string>,
): readonly GraphNode[] {
  const rewritten: GraphNode[] = [];
  /** Nodes whose first output is bfloat16. */
  const low = new Set<string>();
  const casts = new Map<string, Value>();

  const isLow = ({node, output}: Value): boolean => output === 0 && low.has(node);
  const cast = (value: Value, to: 'bfloat16' | 'float32'): Value => {
    if (isLow(value) === (to === 'bfloat16')) return value;
    const name = `${to}/${value.node.replaceAll('^', '')}/${value.output}`;
    const done = casts.get(name);
    if (done !== undefined) return done;
    const from = to === 'bfloat16' ? 'float32' : 'bfloat16';
    const attributes = {SrcT: {type: from}, DstT: {type: to}} as const;
    rewritten.push({name, op: 'Cast', inputs: [value], attributes, after: []});
    const result = {node: name, output: 0};
    casts.set(name, result);
    return result;
  };

  for (const node of nodes) {
    const rule = exact.has(node.name) ? undefined : lowPrecision[node.op];
    const isFloat = isTyped(node.attributes['T'], 'float32');
    const takesLow =
      rule !== undefined &&
      isFloat &&
      (rule.asks || isLow(node.inputs[rule.inputs[0] as number] as Value));
    if (takesLow) {
      const inputs = node.inputs.map((value, index) =>
        rule.inputs.includes(index) ? cast(value, 'bfloat16') : value,
      );
      rewritten.push({...node, inputs, attributes: {...node.attributes, T: {type: 'bfloat16'}}});
      low.add(node.name);
    } else if (node.op === SHAPE && node.inputs.some(isLow)) {
      rewritten.push({...node, attributes: {...node.attributes, T: {type: 'bfloat16'}}});
    } else {
      rewritten.push({...node, inputs: node.inputs.map(value => cast(value, 'float32'))});
    }
  }
  return rewritten;
}

function isTyped(attribute: Attribute | undefined, type: string): boolean {
  return attribute !== undefined && 'type' in attribute && attribute.type === type;
}
