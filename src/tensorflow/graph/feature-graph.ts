import {sizeOf} from '../../model/layers/layer-kind.js';
import {valuesOf, type Network, type NetworkVariable} from '../network.js';
import {GraphBuilder} from './builder.js';
import {GraphSession, type NativeBinding} from './session.js';
import {forwardTrunk} from './trunk.js';

const names = {images: 'images', features: 'features'} as const;

/** Computes the result of layers that do not learn. */
export class FeatureGraph {
  /** Values of each image. */
  readonly length: number;
  readonly #session: GraphSession;
  readonly #inputShape: readonly number[];

  /** @param network Layers without outputs; their weights do not change later. */
  constructor(native: NativeBinding, network: Network<NetworkVariable>) {
    const build = new GraphBuilder();
    const images = build.placeholder(names.images, 'uint8', [-1, ...network.inputShape]);
    const {outputOf} = forwardTrunk(
      {
        build,
        training: false,
        seed: 0,
        step: images,
        weightsOf: ({weights}) => weights.map(weight => build.frozen(valuesOf(weight))),
        onAverage: () => {},
      },
      images,
      network,
    );
    const last = network.trunk.at(-1) as (typeof network.trunk)[number];
    build.identity(outputOf(last.name), names.features);
    this.length = sizeOf(last.outputShape);
    this.#inputShape = network.inputShape;
    this.#session = new GraphSession(native, build.savedModel());
  }

  /** @returns [size * length], image by image. */
  compute(images: Uint8Array, size: number): Float32Array {
    const shape = [size, ...this.#inputShape];
    const [values] = this.#session.run(
      [{name: names.images, shape, values: images}],
      [names.features],
    );
    return values ?? new Float32Array(0);
  }

  dispose(): void {
    this.#session.dispose();
  }
}
