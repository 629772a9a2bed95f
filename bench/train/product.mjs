/** The machine's rate for a square float product of 4096, in GFLOP/s: what training could reach at most. */
import {loadBackend} from '../../build/tensorflow/load.js';
import {report} from './setting.mjs';

const SIDE = 4096;
const {tf} = await loadBackend('tensorflow');
const a = tf.randomNormal([SIDE, SIDE], 0, 1, 'float32', 1);
const rates = [];
for (let round = 0; round < 6; round++) {
  const startMs = performance.now();
  const product = tf.matMul(a, a);
  product.slice([0, 0], [1, 1]).dataSync();
  rates.push((2 * SIDE ** 3) / ((performance.now() - startMs) / 1000) / 1e9);
  product.dispose();
}
report({rate: rates.slice(1).sort((x, y) => x - y)[2]});
process.exit(0);
