/** Times epochs of tfjs-node's own `model.fit`: `node stock.mjs MODEL EPOCHS`. */
import {loadBackend} from '../../build/tensorflow/load.js';
import {BATCH, HEIGHT, IMAGES, WARM_UP, WIDTH, modelOf, noise, report} from './setting.mjs';

const [name, epochs] = process.argv.slice(2);
const {heads, layers} = modelOf(name);
const {tf} = await loadBackend('tensorflow');
const make = {
  conv: filters => tf.layers.conv2d({filters, kernelSize: 3, activation: 'relu'}),
  pool: () => tf.layers.maxPooling2d({poolSize: 2}),
  flatten: () => tf.layers.flatten(),
  dense: units => tf.layers.dense({units, activation: 'relu'}),
};
const input = tf.input({shape: [HEIGHT, WIDTH, 3]});
const trunk = layers.reduce((value, text) => {
  const [kind, size] = text.split(' ');
  return make[kind](Number(size)).apply(value);
}, input);
const outputs = Array.from({length: heads}, () =>
  tf.layers.dense({units: 2, activation: 'softmax'}).apply(trunk),
);
const model = tf.model({inputs: input, outputs});
model.compile({
  optimizer: tf.train.adam(0.001),
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
});
const x = tf.tidy(() =>
  tf
    .tensor4d(noise(IMAGES * HEIGHT * WIDTH * 3, 1), [IMAGES, HEIGHT, WIDTH, 3], 'int32')
    .toFloat()
    .div(255),
);
const labels = noise(IMAGES * heads, 7).map(value => value & 1);
const y = Array.from({length: heads}, (_, head) =>
  tf.oneHot(
    Int32Array.from({length: IMAGES}, (_, image) => labels[image * heads + head]),
    2,
  ),
);
const seconds = [];
let startMs = 0;
await model.fit(x, y, {
  epochs: WARM_UP + Number(epochs),
  batchSize: BATCH,
  verbose: 0,
  callbacks: {
    onEpochBegin: () => {
      startMs = performance.now();
    },
    onEpochEnd: epoch => {
      if (epoch >= WARM_UP) seconds.push((performance.now() - startMs) / 1000);
    },
  },
});
report({seconds});
process.exit(0);
