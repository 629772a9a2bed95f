import type {KernelConfig} from '@tensorflow/tfjs';
import type {TensorFlow} from '../types.js';

/** Registers kernels in place of those that their backends bring. */
export function replaceKernels(tf: TensorFlow, kernels: readonly KernelConfig[]): void {
  for (const kernel of kernels) {
    const {kernelName, backendName} = kernel;
    // Registering over a kernel that is still there writes a warning.
    if (tf.getKernel(kernelName, backendName) !== undefined)
      tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(kernel);
  }
}
