import {sizeOf} from '../../model/layers/layer-kind.js';
import {
  tensorNamed,
  type NamedTensor,
  type Network,
  type NetworkOutput,
  type NetworkVariable,
} from '../network.js';

/** Some columns of a variable: a weight, under its name in a state. */
type Part = {readonly name: string; readonly shape: readonly number[]; readonly width: number};

/**
 * The weights of the network that a variable of the graph holds. Most variables hold one; those of the
 * heads hold all heads' weights side by side, so that all heads are one product.
 */
export type Layout = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly parts: readonly Part[];
};

/** Heads on the same layer: one product computes the logits of all. */
export type HeadProduct<Output extends NetworkOutput = NetworkOutput> = {
  /** The layer that they are on. */
  readonly input: string;
  readonly outputs: readonly Output[];
  /** Names of the variables of their kernels and their biases. */
  readonly weights: readonly [kernel: string, bias: string];
};

/** The products of a network, whose columns side by side are all heads in their order. */
export function headProducts<Output extends NetworkOutput>(
  outputs: readonly Output[],
): readonly HeadProduct<Output>[] {
  const runs: Output[][] = [];
  for (const output of outputs) {
    if (runs.at(-1)?.[0]?.input === output.input) runs.at(-1)?.push(output);
    else runs.push([output]);
  }
  return runs.map((run, index) => {
    const name = index === 0 ? 'all_heads' : `all_heads_${index}`;
    const weights = [`${name}/kernel`, `${name}/bias`] as const;
    return {input: run[0]?.input ?? '', outputs: run, weights};
  });
}

export function layoutsOf({trunk, outputs}: Network<NetworkVariable>): Layout[] {
  return [
    ...trunk.flatMap(({weights}) => weights.map(weight => sideBySide(weight.name, [weight]))),
    ...headProducts(outputs).flatMap(({weights: [kernels, biases], outputs: heads}) => [
      sideBySide(
        kernels,
        heads.map(({kernel}) => kernel),
      ),
      sideBySide(
        biases,
        heads.map(({bias}) => bias),
      ),
    ]),
  ];
}

/** Weights with the same rows, side by side along the last axis. */
function sideBySide(name: string, weights: readonly NetworkVariable[]): Layout {
  const parts = weights.map(({name: part, shape}) => ({
    name: part,
    shape,
    width: shape.at(-1) ?? 1,
  }));
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const shape = [...(weights[0]?.shape.slice(0, -1) ?? []), width];
  return {name, shape, trainable: weights.every(({trainable}) => trainable), parts};
}

/** Joins the values of a variable's parts. @param suffix End of the parts' names, such as `/m`. */
export function packed(layout: Layout, arrays: readonly NamedTensor[], suffix = ''): Float32Array {
  const values = layout.parts.map(({name}) => tensorNamed(arrays, name + suffix).values);
  const [only] = values;
  if (only !== undefined && values.length === 1) return only;
  const out = new Float32Array(sizeOf(layout.shape));
  eachRow(layout, (part, from, to, width) =>
    out.set((values[part] as Float32Array).subarray(from, from + width), to),
  );
  return out;
}

/** Splits the values of a variable into those of its parts. */
export function unpacked(layout: Layout, values: Float32Array, suffix = ''): NamedTensor[] {
  const parts = layout.parts.map(({name, shape}) => ({
    name: name + suffix,
    shape,
    values: new Float32Array(sizeOf(shape)),
  }));
  eachRow(layout, (part, from, to, width) =>
    (parts[part] as NamedTensor).values.set(values.subarray(to, to + width), from),
  );
  return parts;
}

/** Visits each row of each part: where it begins in the part, and where in the variable. */
function eachRow(
  {shape, parts}: Layout,
  visit: (part: number, inPart: number, inWhole: number, width: number) => void,
): void {
  const total = shape.at(-1) ?? 1;
  const rows = sizeOf(shape) / total;
  for (let row = 0; row < rows; row++) {
    let column = 0;
    parts.forEach(({width}, part) => {
      visit(part, row * width, row * total + column, width);
      column += width;
    });
  }
}
