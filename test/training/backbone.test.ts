import {cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Rank, Tensor, Tensor4D} from '@tensorflow/tfjs';
import {beforeAll, describe, expect, it} from 'vitest';
import {readLayersFile, readSavedNetwork} from '../../src/artifacts/layers-model.js';
import {graphPredictor} from '../../src/artifacts/predict/predictor.js';
import {memorySet, type Dataset, type ImageSet} from '../../src/data/dataset.js';
import {ExperimentFile, type Experiment} from '../../src/experiment/schema.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {layerTable} from '../../src/model/shapes.js';
import type {RunFact} from '../../src/runs/events.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {loadBackbone} from '../../src/training/backbone.js';
import {loadFaceRecognition} from '../../src/training/face-recognition.js';
import type {Checkpoint, EndedModel} from '../../src/training/checkpoint.js';
import {TrainingControl} from '../../src/training/context.js';
import {trainRun} from '../../src/training/train-run.js';
import {packageFile} from '../../src/util/package-file.js';
import {seededRandom} from '../../src/util/random.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const SIDE = 75;
const faceApi = packageFile('node_modules/@vladmandic/face-api');
const weightsFile = 'model/face_recognition_model';

function experimentOn(backbone: object, overrides: readonly string[] = []): Experiment {
  const base = tinyExperiment('training.epochs=3', ...overrides);
  return ExperimentFile.parse({
    ...base,
    data: {...base.data, image: {size: [SIDE, SIDE]}},
    model: {
      kind: base.model.kind,
      backbone: {network: 'face-recognition', until: 'conv64', ...backbone},
      layers: [{averagePooling2d: {size: 4}}, {flatten: {}}],
    },
  });
}

function imagesOf(count: number, seed: number): ImageSet {
  const random = seededRandom(seed);
  const bytes = SIDE * SIDE * 3;
  const pixels = Uint8Array.from({length: count * bytes}, () => random() * 256);
  const labels = Uint8Array.from({length: count * 2}, (_, index) => (index >> 1) & 1);
  const files = Array.from({length: count}, (_, index) => `${seed}-${index}.jpg`);
  return memorySet(files, labels, pixels, bytes);
}

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

/** The tensors of the package, as its own manifest describes them. */
function rawTensors(): ReadonlyMap<string, Tensor> {
  const {tf} = backend;
  const manifest = JSON.parse(
    readFileSync(path.join(faceApi, `${weightsFile}-weights_manifest.json`), 'utf8'),
  ) as [{weights: Parameters<typeof tf.io.decodeWeights>[1]}];
  const bytes = readFileSync(path.join(faceApi, `${weightsFile}.bin`));
  const named = tf.io.decodeWeights(Uint8Array.from(bytes).buffer, manifest[0].weights);
  return new Map(Object.entries(named));
}

/** The network as its authors compute it: factors and shifts behind each convolution, zeros for new filters. */
function asPublished(images: Tensor4D): Tensor {
  const {tf} = backend;
  const tensors = rawTensors();
  const conv = (x: Tensor, name: string, stride: number, padding: 'same' | 'valid'): Tensor => {
    const part = (key: string): Tensor => tensors.get(`${name}/${key}`)!;
    return tf
      .conv2d(x as Tensor4D, part('conv/filters') as Tensor4D, stride, padding)
      .add(part('conv/bias'))
      .mul(part('scale/weights'))
      .add(part('scale/biases'));
  };
  const block = (x: Tensor, name: string): Tensor => {
    const first = conv(x, `${name}/conv1`, 1, 'same').relu();
    return conv(first, `${name}/conv2`, 1, 'same').add(x).relu();
  };
  const down = (x: Tensor, name: string): Tensor => {
    const first = conv(x, `${name}/conv1`, 2, 'valid').relu();
    const result = conv(first, `${name}/conv2`, 1, 'same');
    const pooled = tf.avgPool(x as Tensor4D, 2, 2, 'valid');
    return result.add(tf.concat([pooled, tf.zerosLike(pooled)], 3)).relu();
  };
  const centred = images.sub(tf.tensor1d([122.782, 117.001, 104.298])).div(255);
  let x: Tensor = conv(centred, 'conv32_down', 2, 'valid').relu();
  x = tf.maxPool(x as Tensor4D, 3, 2, 'valid');
  for (const name of ['conv32_1', 'conv32_2', 'conv32_3']) x = block(x, name);
  x = down(x, 'conv64_down');
  for (const name of ['conv64_1', 'conv64_2', 'conv64_3']) x = block(x, name);
  return x;
}

const rowsOf = (experiment: Experiment) => layerTable(experiment, modelPlans(experiment)[0]!);

type Trained = {
  readonly facts: readonly RunFact[];
  readonly ended: readonly EndedModel[];
  readonly checkpoints: readonly Checkpoint[];
  readonly folder: string;
};

async function trained(
  experiment: Experiment,
  {
    test = imagesOf(10, 3),
    cacheFolder = temporaryFolder(),
    from,
  }: Partial<{test: ImageSet; cacheFolder: string; from: Checkpoint}> = {},
): Promise<Trained> {
  const dataset: Dataset = {
    ...{heads: experiment.data.heads, height: SIDE, width: SIDE},
    ...{train: imagesOf(16, 1), validation: imagesOf(8, 2), test},
    ...{source: 's', fingerprint: 'f', decoder: 'd', warnings: [], close: () => Promise.resolve()},
  };
  const facts: RunFact[] = [];
  const ended: EndedModel[] = [];
  const checkpoints: Checkpoint[] = [];
  const folder = temporaryFolder();
  mkdirSync(folder, {recursive: true});
  await trainRun({
    ...{experiment, dataset, from, control: new TrainingControl(), backend, cacheFolder},
    emit: fact => facts.push(fact),
    ...{clock: () => performance.now(), memoryBytes: () => 1, checkpointMs: 1_000_000},
    output: {
      saveCheckpoint: progress => {
        checkpoints.push(structuredClone({version: 4, config: 'c', seconds: 1, ...progress}));
        return Promise.resolve('checkpoint');
      },
      modelFolder: name => path.join(folder, name),
      saveAffinity: () => Promise.resolve(),
      savePredictions: models => {
        ended.push(...models);
        return Promise.resolve();
      },
    },
  });
  return {facts, ended, checkpoints, folder};
}

describe('the backbone face-recognition', () => {
  it('computes what its authors compute', () => {
    const {tf} = backend;
    const experiment = experimentOn({});
    const model = buildModel(tf, experiment, modelPlans(experiment)[0]!);
    loadBackbone(tf, model, experiment, modelPlans(experiment)[0]!);
    const pixels = tf.tensor<Rank.R4>(
      Array.from({length: 2 * SIDE * SIDE * 3}, (_, index) => (index * 7919) % 256),
      [2, SIDE, SIDE, 3],
    );
    const last = model.layers.filter(({name}) => name.startsWith('activation')).at(-1)!;
    const part = tf.model({inputs: model.inputs, outputs: last.output});
    const ours = (part.predict(pixels.div(255)) as Tensor).dataSync();
    const theirs = asPublished(pixels).dataSync();
    const scale = Math.max(...theirs);
    expect(ours).toHaveLength(theirs.length);
    ours.forEach((value, index) =>
      expect(Math.abs(value - theirs[index]!) / scale).toBeLessThan(1e-4),
    );
  });

  it('keeps its weights where it is frozen, and the saved model predicts what the run counted', async () => {
    const test = imagesOf(10, 3);
    const experiment = experimentOn({});
    const {ended, folder, facts, checkpoints} = await trained(experiment, {test});
    const [plan] = modelPlans(experiment);
    const file = await readLayersFile(path.join(folder, 'multi-output'));
    const predictor = graphPredictor(backend.native!, readSavedNetwork(file, plan!));
    const pixels = new Uint8Array(10 * SIDE * SIDE * 3);
    await test.read([...Array(10).keys()], pixels);
    predictor
      .predict(pixels, 10)
      .probabilities.forEach((value, index) =>
        expect(value).toBeCloseTo(ended[0]!.probabilities.test![index]!, 4),
      );
    const fresh = buildModel(backend.tf, experiment, plan!);
    loadBackbone(backend.tf, fresh, experiment, plan!);
    const stem = (weights: readonly {name: string; values: Float32Array}[]): Float32Array =>
      weights.find(({name}) => name === 'conv2d/kernel')!.values;
    expect(stem(file.weights)).toEqual(fresh.getLayer('conv2d').getWeights()[0]!.dataSync());
    const names = checkpoints.at(-2)?.progress?.state.weights.map(({name}) => name);
    expect(names).toEqual(['Male/kernel', 'Male/bias', 'Smiling/kernel', 'Smiling/bias']);
    const texts = facts.flatMap(fact => (fact.type === 'log.written' ? [fact.message] : []));
    expect(texts[0]).toContain('may have seen people of this data set');
  });

  it('is computed once for each image: the second run reads it from the cache', async () => {
    const cacheFolder = temporaryFolder();
    const computed = ({facts}: Trained): number =>
      facts.filter(fact => fact.type === 'log.written' && fact.message.startsWith('Computing'))
        .length;
    const first = await trained(experimentOn({}), {cacheFolder});
    // Changes of 0 are none.
    const unchanged = ['training.augment={mixup: 0, shift: 0, flip: false}'];
    const second = await trained(experimentOn({}, unchanged), {cacheFolder});
    expect([computed(first), computed(second)]).toEqual([3, 0]);
    expect(second.ended).toEqual(first.ended);
  });

  it('trains as the whole network does with a frozen lower part, also on mirrored images', async () => {
    const [fast, whole] = [
      await trained(experimentOn({}, ['training.augment.flip=true'])),
      await trained(experimentOn({}, ['training.augment={flip: true, brightness: 1e-9}'])),
    ];
    fast.ended[0]!.probabilities.test!.forEach((value, index) =>
      expect(value).toBeCloseTo(whole.ended[0]!.probabilities.test![index]!, 4),
    );
  });

  it('learns with the rest where it is not frozen', async () => {
    const {folder} = await trained(experimentOn({frozen: false}, ['training.epochs=1']));
    const file = await readLayersFile(path.join(folder, 'multi-output'));
    const frozen = await trained(experimentOn({}, ['training.epochs=1']));
    const before = await readLayersFile(path.join(frozen.folder, 'multi-output'));
    expect(file.weights[0]!.values).not.toEqual(before.weights[0]!.values);
  });

  it('is fine-tuned from some blocks on, and resumes to the same bytes', async () => {
    const cacheFolder = temporaryFolder();
    const experiment = experimentOn({from: 'conv64'}, ['training.augment.flip=true']);
    const whole = await trained(experiment, {cacheFolder});
    const from = whole.checkpoints.find(({progress}) => progress?.epoch === 2);
    const resumed = await trained(experiment, {cacheFolder, from: from!});
    expect(resumed.ended).toEqual(whole.ended);
    const names = from!.progress!.state.weights.map(({name}) => name);
    expect(names[0]).toBe('conv2d_7/kernel');
    expect(names).toContain('Smiling/bias');
    expect(() => rowsOf(experimentOn({from: 'conv128'}))).toThrow(
      'face-recognition has no layers conv128 here. Expected one of conv32, conv64.',
    );
  });

  it('says which size of images it takes', () => {
    const experiment = experimentOn({until: 'conv128'});
    expect(() => rowsOf(experiment)).toThrow(
      'The backbone face-recognition does not fit images of 75x75. Expected 150x150',
    );
  });

  it('names its package where its file is something else', () => {
    const folder = temporaryFolder();
    cpSync(path.join(faceApi, 'model'), path.join(folder, 'model'), {
      recursive: true,
      filter: source => path.extname(source) === '' || source.includes('face_recognition'),
    });
    const experiment = experimentOn({});
    const model = buildModel(backend.tf, experiment, modelPlans(experiment)[0]!);
    const load = (): void =>
      loadFaceRecognition(backend.tf, model, experiment.model.backbone!, folder);
    truncateSync(path.join(folder, `${weightsFile}.bin`), 1000);
    expect(load).toThrow(
      /face_recognition_model\.bin: this is not the network of .*: it ends within/,
    );
    writeFileSync(path.join(folder, `${weightsFile}-weights_manifest.json`), '{}');
    expect(load).toThrow(/this is not the network of/);
  });
});
