/**
 * `npm run check:exports`: trains a run of each kind of network on the sample faces and asks the
 * makers' own readers about them: Python's TensorFlow about the SavedModels, TensorBoard and
 * TensorFlow about the event files. Ends with 1 where they read something else than was written.
 */
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import sharp from 'sharp';
import {ensureReady, root} from '../../scripts/setup.mjs';
import {ensurePython, must, python} from '../peers.mjs';

const PICTURES = 64;
/** As the sample faces are; of `scale: 3`. */
const [HEIGHT, WIDTH] = [72, 59];
const script = name => fileURLToPath(new URL(name, import.meta.url));

await ensureReady();
ensurePython({tensorflow: 'tensorflow-cpu==2.21.0', tensorboard: 'tensorboard'});
const folder = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-exports-'));
const ours = (...args) =>
  must(process.execPath, [path.join(root, 'dist', 'main.js'), ...args], {cwd: folder});

/** Lossless and of the network's size, so that both sides see the very pixels. */
async function drawImages() {
  mkdirSync(path.join(folder, 'images'));
  for (let index = 0; index < PICTURES; index++) {
    const pixels = new Uint8Array(HEIGHT * WIDTH * 3);
    for (let at = 0; at < pixels.length; at++) {
      const [y, x, channel] = [Math.floor(at / 3 / WIDTH), Math.floor(at / 3) % WIDTH, at % 3];
      const wave = Math.sin(((index + 1) * x) / 40 + channel) * Math.cos((y * (channel + 1)) / 30);
      pixels[at] = Math.round(127.5 + 127.5 * wave);
    }
    const name = `${String(index).padStart(3, '0')}.png`;
    await sharp(pixels, {raw: {width: WIDTH, height: HEIGHT, channels: 3}})
      .png()
      .toFile(path.join(folder, 'images', name));
  }
}

function train() {
  ours('init');
  for (const kind of ['separate', 'multi-output', 'concatenated']) {
    writeFileSync(
      path.join(folder, 'experiments', `${kind}.yaml`),
      [
        `name: ${kind}`,
        'data:',
        '  source: sample',
        '  heads: [Male, Smiling]',
        `  image: {size: [${HEIGHT}, ${WIDTH}]}`,
        '  split: {train: 400, validation: 100}',
        'model:',
        `  kind: ${kind}`,
        '  layers:',
        '    - conv2d: {filters: 8, padding: same, activation: swish}',
        '    - batchNormalization: {}',
        '    - maxPooling2d: {padding: same}',
        '    - conv2d: {filters: 12, dilation: 2, activation: gelu}',
        '    - averagePooling2d: {}',
        '    - flatten: {}',
        '    - dense: {units: 16, activation: elu}',
        '    - dropout: {rate: 0.2}',
        'training: {epochs: 3, batchSize: 32, optimizer: {adam: {learningRate: 0.001}}, seed: 1}',
        // Not for all kinds: a model without them is exported, too.
        ...(kind === 'separate'
          ? []
          : ['evaluation: {threshold: balanced, calibrate: temperature}']),
        '',
      ].join('\n'),
    );
    ours('run', kind, '--ci');
  }
  const runs = path.join(folder, 'runs');
  return readdirSync(runs)
    .filter(name => /^\d{8}-/.test(name))
    .map(name => path.join(runs, name));
}

let isGood = true;
function read(name, ...args) {
  const result = JSON.parse(
    must(python, [script(name), ...args])
      .trim()
      .split('\n')
      .at(-1),
  );
  isGood &&= result.good;
  return result.says;
}

try {
  await drawImages();
  for (const run of train()) {
    const out = path.join(run, 'saved');
    ours('export', run, '--format', 'savedmodel', '--out', out);
    const predictions = path.join(folder, 'predictions.jsonl');
    writeFileSync(predictions, ours('predict', run, 'images', '--json'));
    const lines = [read('saved_model.py', out, predictions), read('event_files.py', run)];
    process.stdout.write(`${path.basename(run)}\n${lines.flat().join('\n')}\n`);
  }
} finally {
  rmSync(folder, {recursive: true, force: true});
}
process.exitCode = isGood ? 0 : 1;
