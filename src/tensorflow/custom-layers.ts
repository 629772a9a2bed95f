import type {layers as tfLayers, Shape, Tensor} from '@tensorflow/tfjs';
import type {LayerKind} from '../model/layers/layers.js';
import type {TensorFlow} from './types.js';

type MakeLayer = (config: object) => tfLayers.Layer;
type LayerConfig = ConstructorParameters<typeof tfLayers.Layer>[0];
type CustomLayers = Partial<Record<LayerKind, MakeLayer>>;

const registered = new WeakMap<TensorFlow, CustomLayers>();

/** Returns the function that makes a kind of layer: tfjs's own, which has the name of the kind, or ours. */
export function layerMaker(tf: TensorFlow, kind: LayerKind): MakeLayer {
  const custom = registerLayers(tf)[kind];
  return custom ?? ((tf.layers as unknown as Record<string, MakeLayer>)[kind] as MakeLayer);
}

/** Adds the layers and activations of Keras that tfjs lacks, so that it makes them and reads them from files. */
export function registerLayers(tf: TensorFlow): CustomLayers {
  const earlier = registered.get(tf);
  if (earlier !== undefined) return earlier;
  const GroupNormalization = groupNormalization(tf);
  const SpatialDropout2D = spatialDropout2d(tf);
  tf.serialization.registerClass(GroupNormalization);
  tf.serialization.registerClass(SpatialDropout2D);
  tf.serialization.registerClass(hardSwish(tf));
  const makers: CustomLayers = {
    groupNormalization: config => new GroupNormalization(config as GroupConfig),
    spatialDropout2d: config => new SpatialDropout2D(config as DropoutConfig),
  };
  registered.set(tf, makers);
  return makers;
}

type GroupConfig = LayerConfig & {readonly groups: number; readonly epsilon: number};

function groupNormalization(tf: TensorFlow) {
  return class GroupNormalization extends tf.layers.Layer {
    static readonly className = 'GroupNormalization';
    readonly #config: GroupConfig;
    #weights: readonly ReturnType<tfLayers.Layer['addWeight']>[] = [];

    constructor(config: GroupConfig) {
      super(config);
      this.#config = config;
    }

    override build(shape: Shape | Shape[]): void {
      const {ones, zeros} = tf.initializers;
      const channels = [Number(shape.at(-1))];
      this.#weights = [
        this.addWeight('gamma', channels, 'float32', ones()),
        this.addWeight('beta', channels, 'float32', zeros()),
      ];
      super.build(shape);
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return tf.tidy(() => {
        const input = [inputs].flat()[0] as Tensor;
        const [batch = 1, height = 1, width = 1, channels = 1] = input.shape;
        const {groups, epsilon} = this.#config;
        const grouped = input.reshape([batch, height * width, groups, channels / groups]);
        const centred = grouped.sub(grouped.mean([1, 3], true));
        const deviation = centred.square().mean([1, 3], true).add(epsilon).sqrt();
        const [gamma, beta] = this.#weights.map(weight => weight.read()) as [Tensor, Tensor];
        return centred.div(deviation).reshape(input.shape).mul(gamma).add(beta);
      });
    }

    override getConfig(): ReturnType<tfLayers.Layer['getConfig']> {
      const {groups, epsilon} = this.#config;
      return {...super.getConfig(), groups, epsilon};
    }
  };
}

type DropoutConfig = LayerConfig & {readonly rate: number};

/** Changes nothing: the training step draws the masks. */
function spatialDropout2d(tf: TensorFlow) {
  return class SpatialDropout2D extends tf.layers.Layer {
    static readonly className = 'SpatialDropout2D';
    readonly #rate: number;

    constructor(config: DropoutConfig) {
      super(config);
      this.#rate = config.rate;
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      return tf.tidy(() => ([inputs].flat()[0] as Tensor).clone());
    }

    override getConfig(): ReturnType<tfLayers.Layer['getConfig']> {
      return {...super.getConfig(), rate: this.#rate};
    }
  };
}

/** x relu6(x + 3) / 6, of MobileNetV3. */
function hardSwish(tf: TensorFlow) {
  return class HardSwish extends tf.serialization.Serializable {
    static readonly className = 'hardSwish';

    apply(input: Tensor): Tensor {
      return tf.tidy(() => input.mul(tf.minimum(tf.relu(input.add(3)), 6)).div(6));
    }

    override getConfig(): ReturnType<tfLayers.Layer['getConfig']> {
      return {};
    }
  };
}
