/**
 * `npm run bench`: trains the same networks here and with the peers, each in a process of its own,
 * in turns, and writes the medians to bench/RESULTS.md.
 */
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {ensureReady} from '../scripts/setup.mjs';
import {ensurePython, python} from './peers.mjs';
import {machineLine, writeSection} from './results-section.mjs';
import {HEIGHT, IMAGES, WIDTH, modelOf} from './train/setting.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const PACKAGES = {tensorflow: 'tensorflow-cpu==2.21.0', keras: 'keras', torch: 'torch==2.13.0'};
const say = text => process.stderr.write(`${text}\n`);

/** [rounds, timed epochs in each]: six timed epochs or more for every program. */
const plan = {'two-output': [3, 2], separate: [2, 3], 'forty-heads': [2, 3]};
const contenders = [
  {
    name: 'celeba-tui, compiled step',
    run: (model, epochs) => ours(model, 'graph', epochs),
  },
  {
    name: 'celeba-tui, compiled step, bfloat16',
    run: (model, epochs) => ours(model, 'graph', epochs, 'bfloat16'),
  },
  {
    name: "celeba-tui, layers' own step",
    run: (model, epochs) => ours(model, 'layers', epochs),
    only: 'two-output',
  },
  {
    name: 'tfjs-node model.fit',
    run: (model, epochs) => node('stock.mjs', model, epochs),
    only: 'two-output',
  },
  {name: 'Keras 3 fit, TensorFlow', run: (model, epochs) => peer('peer_keras.py', model, epochs)},
  {
    name: 'Keras 3 fit, mixed_bfloat16',
    run: (model, epochs) => peer('peer_keras.py', model, epochs, 'mixed_bfloat16'),
  },
  {name: 'PyTorch, NCHW', run: (model, epochs) => peer('peer_torch.py', model, epochs, 'nchw')},
  {
    name: 'PyTorch, channels_last',
    run: (model, epochs) => peer('peer_torch.py', model, epochs, 'channels_last'),
  },
  {
    name: 'PyTorch, channels_last, autocast to bfloat16',
    // An epoch takes most of a minute.
    run: model => peer('peer_torch.py', model, 1, 'channels_last', 'bfloat16'),
    only: 'two-output',
  },
];

function run(program, args, env = process.env) {
  const {stdout, status, stderr} = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: {...env, TF_CPP_MIN_LOG_LEVEL: '3'},
  });
  if (status !== 0) return {missing: stderr.trim().split('\n').at(-1) ?? 'it failed'};
  return JSON.parse(stdout.trim().split('\n').at(-1));
}
const node = (file, ...args) =>
  run(process.execPath, [path.join(folder, 'train', file), ...args.map(String)]);
/** In the environment that the program gives its trainers. */
const ours = (...args) =>
  run(
    process.execPath,
    [path.join(folder, 'train', 'ours.mjs'), ...args.map(String)],
    trainerEnvironment(process.env),
  );
const peer = (file, ...args) =>
  peersMissing === undefined
    ? run(python, [path.join(folder, 'train', file), ...args.map(String)])
    : {missing: peersMissing};

/** Installs what we compare with; where it can't be had, the table says why. */
function whyMissing() {
  try {
    ensurePython(PACKAGES);
    return undefined;
  } catch (error) {
    return `not installed: ${error.message.trim().split('\n').at(-1)}`;
  }
}

/** Multiplications and additions of one epoch, forward and both gradients; the first layer needs one. */
function flopsOf({layers, heads}) {
  let [height, width, channels] = [HEIGHT, WIDTH, 3];
  let total = 0;
  const add = (products, isFirst) => (total += 2 * products * (isFirst ? 2 : 3));
  layers.forEach((text, index) => {
    const [kind, size] = text.split(' ');
    if (kind === 'conv') {
      [height, width] = [height - 2, width - 2];
      add(height * width * 9 * channels * Number(size), index === 0);
      channels = Number(size);
    } else if (kind === 'pool') [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
    else if (kind === 'flatten') channels *= height * width;
    else {
      add(channels * Number(size), false);
      channels = Number(size);
    }
  });
  add(channels * 2 * heads, false);
  return total * IMAGES;
}

const median = values => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]
    : (sorted[middle - 1] + sorted[middle]) / 2;
};

function measure(model) {
  const [rounds, epochs] = plan[model];
  const results = contenders
    .filter(({only}) => only === undefined || only === model)
    .map(one => ({...one, seconds: [], peaks: [], creates: []}));
  const rates = [];
  for (let round = 0; round < rounds; round++) {
    for (const result of results) {
      // Beside each program: the machine's rate changes with what else it does.
      rates.push(node('product.mjs').rate);
      const {seconds = [], peakBytes, createSeconds, missing} = result.run(model, epochs);
      say(
        `${model}, round ${round + 1}: ${result.name}: ${missing ?? seconds.map(value => value.toFixed(2)).join(' ')}`,
      );
      result.missing = missing;
      result.seconds.push(...seconds);
      if (peakBytes !== undefined) result.peaks.push(peakBytes);
      if (createSeconds !== undefined) result.creates.push(createSeconds);
    }
  }
  return {model, results, rate: median(rates)};
}

function table({model, results, rate}) {
  const flops = flopsOf(modelOf(model));
  const ours = median(results[0].seconds);
  const rows = results.map(({name, seconds, peaks, missing}) => {
    if (missing !== undefined) return `| ${name} | ${missing} | | | | |`;
    const value = median(seconds);
    const spread = `${Math.min(...seconds).toFixed(2)}-${Math.max(...seconds).toFixed(2)}`;
    const share = (flops / value / 1e9 / rate) * 100;
    return `| ${name} | ${value.toFixed(2)} | ${spread} | ${(ours / value).toFixed(2)} | ${share.toFixed(0)} % | ${Math.round(median(peaks) / 1e6)} MB |`;
  });
  return [
    `### ${model}: ${IMAGES} images of ${HEIGHT}x${WIDTH}, batch 32, Adam`,
    '',
    `Square product of 4096: ${rate.toFixed(0)} GFLOP/s; the model needs ${(flops / 1e9).toFixed(0)} GFLOP an epoch.` +
      (results[0].creates.length > 0
        ? ` Compiling and loading the graph: ${median(results[0].creates).toFixed(2)} s.`
        : ''),
    '',
    '| | seconds an epoch, median | range | ours / this | share of the product rate | peak memory |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
  ].join('\n');
}

await ensureReady();
const {trainerEnvironment} = await import('../build/runs/queue/trainer-process.js');
const peersMissing = whyMissing();
const tables = Object.keys(plan).map(model => table(measure(model)));
writeSection('Training', [
  'Each program ran in a process of its own, in turns, after two epochs of warm-up (`npm run bench`).',
  `${machineLine(...Object.values(PACKAGES))}.`,
  'The share counts the multiplications of the whole model for everyone; the compiled step leaves out those that no',
  'pooling window looks at (src/tensorflow/graph/receptive-field.ts), with the same results. In bfloat16, Keras also computes',
  'convolutions of an odd number of channels, which TensorFlow 2.21 gets wrong (docs/decisions/0033): its time counts, not its accuracy.',
  '',
  ...tables,
]);
