import type {Tensor} from '@tensorflow/tfjs';
import type {NetworkLayer} from './network.js';

/** What a convolution layer does to its product: adds the bias, applies the activation. */
export function biasAndActivation({weights, layer}: NetworkLayer, product: Tensor): Tensor {
  const bias = weights[1]?.variable.read();
  const shifted = bias === undefined ? product : product.add(bias);
  const {activation} = layer as unknown as {readonly activation: {apply(x: Tensor): Tensor} | null};
  return activation === null ? shifted : activation.apply(shifted);
}
