/** Starts the wasm backend, computes one product, and prints the result of the check. */
import {loadBackend} from '../load.js';

void loadBackend('wasm').then(({tf, version}) => {
  const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
  if (product !== 11) throw new Error(`1 * 3 + 2 * 4 came out as ${product}`);
  process.stdout.write(`works: ${version}\n`);
});
