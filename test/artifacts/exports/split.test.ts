import {cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {loadBackend} from '../../../src/tensorflow/load.js';
import type {TensorFlow} from '../../../src/tensorflow/types.js';
import {splitHead} from '../../../src/artifacts/exports/split.js';
import {layersFiles, readLayersFile} from '../../../src/artifacts/layers-model.js';
import {seededRandom} from '../../../src/util/random.js';
import {runProgram} from '../../helpers/program.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {trainTinyRuns, type TrainedRuns} from '../../helpers/trained-runs.js';
import {expectSamePredictions} from '../../helpers/same-predictions.js';

let trained: TrainedRuns;
let tf: TensorFlow;
beforeAll(async () => {
  trained = await trainTinyRuns();
  ({tf} = await loadBackend('tensorflow'));
});

const heads = ['Male', 'Smiling'];
const split = (args: readonly string[]) => runProgram(['split', ...args], {cwd: trained.cwd});

/** What tfjs itself makes of a saved model, for the same 5 random images: the outputs' values. */
async function outputsOf(folder: string): Promise<Float32Array[]> {
  const {modelTopology, weightsManifest} = JSON.parse(
    readFileSync(path.join(folder, 'model.json'), 'utf8'),
  ) as {modelTopology: object; weightsManifest: {weights: []}[]};
  const weights = readFileSync(path.join(folder, 'weights.bin'));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: weightsManifest.flatMap(group => group.weights),
      weightData: new Uint8Array(weights).buffer,
    }),
  );
  const random = seededRandom(9);
  const pixels = tf.tensor4d(Array.from({length: 5 * 18 * 14 * 3}, random), [5, 18, 14, 3]);
  const outputs = [model.predict(pixels)].flat();
  return outputs.map(output => Float32Array.from(output.dataSync()));
}

describe('split', () => {
  it('gives models that answer as the whole one, to the bit, in tfjs itself', async () => {
    const out = path.join(temporaryFolder(), 'models');
    const {code, stdout} = await split(['multi-output', '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toBe(heads.map(head => `${path.join(out, head)}\n`).join(''));
    const whole = await outputsOf(trained.runs['multi-output'].model('multi-output'));
    for (const [index, head] of heads.entries()) {
      expect(readdirSync(path.join(out, head)).sort()).toEqual(['model.json', 'weights.bin']);
      const [single, ...others] = await outputsOf(path.join(out, head));
      expect(others).toEqual([]);
      expect(single).toEqual(whole[index]);
    }
  });

  it('prints no escape of a folder, and neither does export, where it works and where it does not', async () => {
    const escape = '\u001b[31m';
    const [model, out] = [`${escape}models`, path.join(temporaryFolder(), escape)];
    const source = path.join(temporaryFolder(), model);
    cpSync(trained.runs['multi-output'].model('multi-output'), source, {recursive: true});
    for (const args of [['split'], ['export', '--format', 'onnx']]) {
      const written = await runProgram([...args, source, '--out', out], {cwd: trained.cwd});
      expect(written.code).toBe(0);
      const refused = await runProgram([...args, `${escape}absent`], {cwd: trained.cwd});
      expect(refused.code).toBe(2);
      expect(written.stdout).toContain('[31m');
      expect(refused.stderr).toContain('[31m');
      for (const {stdout, stderr} of [written, refused])
        expect(`${stdout}${stderr}`).not.toContain('\u001b');
    }
  });

  it('cuts a vector into heads with a softmax of their own', async () => {
    await split(['concatenated']);
    const run = trained.runs.concatenated;
    const [logits] = await outputsOf(run.model('concatenated'));
    for (const [index, head] of heads.entries()) {
      const [single] = await outputsOf(path.join(run.split, head));
      const pairs = tf.tensor2d(logits!, [5, 4]).slice([0, 2 * index], [5, 2]);
      expect(single).toEqual(Float32Array.from(tf.softmax(pairs).dataSync()));
    }
  });

  it.each(['separate', 'multi-output', 'concatenated'] as const)(
    'gives predict, of a %s run, models with the same predictions',
    async kind => {
      const run = trained.runs[kind];
      const out = path.join(temporaryFolder(), 'models');
      const {stderr} = await split([run.path, '--out', out]);
      expect(stderr.includes('already has a single head')).toBe(kind === 'separate');
      const predicted = await Promise.all(
        [run.id, out].map(async model => {
          const given = ['predict', model, trained.images, '--json'];
          return (await runProgram(given, {cwd: trained.cwd})).stdout;
        }),
      );
      expectSamePredictions(predicted[1] as string, predicted[0] as string);
      const one = await runProgram(['predict', path.join(out, 'Smiling'), trained.images], {
        cwd: trained.cwd,
      });
      expect(one.stdout.split('\n')[0]).toMatch(/^image +Smiling$/);
    },
  );

  it('keeps a head that is called like a layer apart', async () => {
    const file = await readLayersFile(trained.runs.concatenated.model('concatenated'));
    const plan = {heads: ['dense', 'flatten'], output: 'vector'} as const;
    const folder = temporaryFolder();
    const files = layersFiles(splitHead(file, plan, 'dense'));
    for (const [name, content] of Object.entries(files))
      writeFileSync(path.join(folder, name), content);
    const [single] = await outputsOf(folder);
    expect(single).toHaveLength(5 * 2);
  });

  it('writes one head only when told, and knows a mistyped one', async () => {
    const out = path.join(temporaryFolder(), 'one');
    await split(['multi-output', '--head', 'Male', '--out', out]);
    expect(readdirSync(out)).toEqual(['Male']);
    const wrong = await split(['multi-output', '--head', 'Smilling', '--out', out]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('Did you mean Smiling?');
  });

  it('leaves a folder alone that holds something else, and replaces its own', async () => {
    const out = temporaryFolder();
    mkdirSync(path.join(out, 'Male'));
    writeFileSync(path.join(out, 'Male', 'thesis.txt'), 'mine');
    const {code, stderr} = await split(['multi-output', '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toContain('it already contains other files: thesis.txt');
    expect(readFileSync(path.join(out, 'Male', 'thesis.txt'), 'utf8')).toBe('mine');
    rmSync(path.join(out, 'Male'), {recursive: true});
    expect((await split(['multi-output', '--out', out])).code).toBe(0);
    expect((await split(['multi-output', '--out', out])).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['Male', 'Smiling']);
  });

  it('asks where to write when a folder of models was named, or a run without models', async () => {
    const models = path.join(temporaryFolder(), 'models');
    cpSync(path.join(trained.runs['multi-output'].path, 'models'), models, {recursive: true});
    expect((await split([models])).stderr).toContain('needs --out DIR');
    const empty = path.join(temporaryFolder(), 'run');
    cpSync(trained.runs['multi-output'].path, empty, {recursive: true});
    rmSync(path.join(empty, 'models'), {recursive: true});
    const {code, stderr} = await split([empty]);
    expect(code).toBe(2);
    expect(stderr).toContain('has no trained model');
  });
});
