import * as z from 'zod';

/** Shape of one image's values, without the batch: [height, width, channels], or [units]. */
export type Shape = readonly number[];

/** Returns how many values a shape has. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Rows and columns of a window, a stride or a dilation. */
export type Sides = readonly [height: number, width: number];

/** A weight of a layer. */
export type WeightSpec = {
  /** As in Keras, such as `kernel`. */
  readonly name: string;
  readonly shape: Shape;
  /** False for moving averages. */
  readonly trainable: boolean;
};

/** The part of a layer's input that one value of its output depends on. */
export type ReceptiveField =
  {readonly window: Sides; readonly stride: Sides} | 'each value' | 'everything';

/** Everything about a kind of layer, except its operations in a graph and in ONNX. */
export type LayerKindDescription<Options> = {
  /** Options as an experiment has them. */
  readonly options: z.ZodType<Options>;
  /** Name of the class in Keras and tfjs, such as `Conv2D`. */
  readonly className: string;
  /** The key of each option in the configuration of Keras and tfjs. */
  readonly keras: Readonly<Record<Exclude<keyof Options, 'initializer'>, string>>;
  /** Keys of the initializers of the kernels; default: `kernelInitializer`. */
  readonly initializerKeys?: readonly string[];
  /** Values that a configuration must have if it has these keys. */
  readonly kerasConstants?: Readonly<Record<string, unknown>>;
  readonly input: 'image' | 'row' | 'either';
  readonly output: 'row' | 'like the input';
  /** Whether the output takes additional memory, which the gradients need. */
  readonly ownsOutput: boolean;
  /**
   * @param inputs All inputs, where branches meet; `input` is the first.
   * @throws UserError, which begins with `where`, for an input that does not fit.
   */
  readonly outputShape: (
    options: Options,
    input: Shape,
    where: string,
    inputs: readonly Shape[],
  ) => Shape;
  /** In the order of Keras. */
  readonly weights: (options: Options, input: Shape) => readonly WeightSpec[];
  readonly receptiveField: (options: Options) => ReceptiveField;
};

/** Describes a kind of layer; the type of its options follows from their schema. */
export function layerKind<Options>(
  description: LayerKindDescription<Options>,
): LayerKindDescription<Options> {
  return description;
}

/** What layers have in common that change each value by itself. */
export const eachValue = {
  input: 'either',
  output: 'like the input',
  ownsOutput: false,
  outputShape: (_options: unknown, input: Shape) => input,
  weights: () => [],
  receptiveField: (): ReceptiveField => 'each value',
} as const;

/** What layers have in common that make one row of an image. */
export const imageToRow = {
  input: 'image',
  output: 'row',
  ownsOutput: false,
  weights: () => [],
  receptiveField: (): ReceptiveField => 'everything',
} as const;

const side = z.number().int().min(1).max(512);
/** One number for both directions, or [height, width]. */
export const sides = z.union([side, z.tuple([side, side])]);
export const padding = z.enum(['valid', 'same']);
export type Padding = z.infer<typeof padding>;

export const activation = z.enum([
  'linear',
  'relu',
  'relu6',
  'elu',
  'selu',
  'sigmoid',
  'hardSigmoid',
  'softplus',
  'softsign',
  'tanh',
  'swish',
  'hardSwish',
  'gelu',
]);
export type Activation = z.infer<typeof activation>;

const initializer = z.enum([
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'leCunUniform',
  'leCunNormal',
  'zeros',
  'ones',
]);
export type Initializer = z.infer<typeof initializer>;

/** Options of layers with a kernel. */
export const kernelOptions = {
  activation: activation
    .default('linear')
    .describe(
      'Function of the result; hardSigmoid is that of Keras 2 and tfjs, hardSwish that of MobileNetV3.',
    ),
  useBias: z.boolean().default(true).describe('Add a learned number to each output.'),
  initializer: initializer
    .default('glorotUniform')
    .describe('Distribution of the first weights, as in Keras 3; seeded.'),
};

/** Returns a factor and a summand for each channel. */
export function scaleAndShift(input: Shape): WeightSpec[] {
  const shape = [input.at(-1) ?? 0];
  return ['gamma', 'beta'].map(name => ({name, shape, trainable: true}));
}

/** Returns a kernel of this shape, and a bias as long as its last axis. */
export function kernelWeights(shape: Shape, useBias: boolean): WeightSpec[] {
  const kernel = {name: 'kernel', shape, trainable: true};
  return useBias ? [kernel, {name: 'bias', shape: [shape.at(-1) ?? 0], trainable: true}] : [kernel];
}
