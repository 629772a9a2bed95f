import {readFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {onnxFile} from '../../src/artifacts/exports/onnx/onnx-model.js';
import {splitHead} from '../../src/artifacts/exports/split.js';
import {planOf, readLayersFile, readSavedNetwork} from '../../src/artifacts/layers-model.js';
import {graphPredictor} from '../../src/artifacts/predict/predictor.js';
import {MIXUP_NOTE} from '../../src/data/mixup.js';
import {MISSING} from '../../src/experiment/missing-label.js';
import type {RunFact} from '../../src/runs/events.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {hasBfloat16} from '../../src/tensorflow/precision.js';
import type {Backend} from '../../src/tensorflow/types.js';
import type {Checkpoint} from '../../src/training/checkpoint.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {askOnnx} from '../helpers/onnx.js';
import {randomImages, trainHere} from '../helpers/train-in-process.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

/** Two classes for the first head, three for the second; every fifth label is missing. */
const imagesOf = (count: number, seed: number) =>
  randomImages(count, seed, (image, head, random) => {
    const label = Math.floor(random() * (head === 0 ? 2 : 3));
    return (image + 2 * head) % 5 === 0 ? MISSING : label;
  });
const [train, validation, test] = [imagesOf(58, 1), imagesOf(20, 2), imagesOf(12, 3)];
const parts = {train: train.set, validation: validation.set, test: test.set};

/** What a run said of its epochs, without times. */
const epochsOf = (facts: readonly RunFact[]) =>
  facts.flatMap(fact =>
    fact.type === 'epoch.ended' ? [{train: fact.train, validation: fact.validation}] : [],
  );

const trained = (kind: string, precision: string, from?: Checkpoint) =>
  trainHere(
    tinyExperiment(
      ...['data.classes={Smiling: [no, a little, yes]}', `model.kind=${kind}`],
      ...['training.augment={flip: true, mixup: 0.4}', `training.precision=${precision}`],
      ...['training.loss={classWeights: balanced, labelSmoothing: 0.1, focalGamma: 1}'],
      ...['training.best=f1', 'evaluation.calibrate=temperature', 'training.epochs=3'],
    ),
    parts,
    from,
  );

describe('a head with three classes beside one with two', () => {
  it.each<readonly [string, string]>([
    ['multi-output', 'float32'],
    ['concatenated', 'float32'],
    ...(hasBfloat16() ? [['multi-output', 'bfloat16'] as const] : []),
  ])(
    'resumes to the same bytes with mixed images and missing labels; its model predicts the same whole and split (%s, %s)',
    async (kind, precision) => {
      const whole = await trained(kind, precision);
      expect(whole.facts).toContainEqual(
        expect.objectContaining({type: 'log.written', message: MIXUP_NOTE}),
      );
      const middle = whole.checkpoints.find(
        ({progress}) => progress?.epoch === 2 && progress.batches === 3,
      );
      const resumed = await trained(kind, precision, middle);
      expect(resumed.ended).toEqual(whole.ended);
      expect(epochsOf(resumed.facts)).toEqual(epochsOf(whole.facts).slice(1));
      const {folder} = whole.models[0]!;
      for (const name of ['model.json', 'weights.bin'])
        expect(readFileSync(path.join(resumed.models[0]!.folder, name))).toEqual(
          readFileSync(path.join(folder, name)),
        );

      const file = await readLayersFile(folder);
      const plan = planOf(file, undefined);
      const network = readSavedNetwork(file, plan);
      const predicted = graphPredictor(backend.native!, network, file.precision).predict(
        test.pixels,
        test.set.count,
      );
      const {probabilities, predicted: classes} = whole.ended[0]!;
      predicted.probabilities.forEach((value, at) =>
        expect(value).toBeCloseTo(probabilities.test![at]!, 5),
      );
      const ofSmiling = (_: number, at: number): boolean => at % 2 === 1;
      expect([...predicted.classes.filter(ofSmiling)]).toEqual([
        ...classes!.test!.filter(ofSmiling),
      ]);
      const {weights, topology, plan: ofHead} = splitHead(file, plan, 'Smiling');
      const single = {...file, weights, topology};
      const alone = graphPredictor(
        backend.native!,
        readSavedNetwork(single, ofHead),
        file.precision,
      ).predict(test.pixels, test.set.count);
      expect([...alone.classes]).toEqual([...predicted.classes.filter(ofSmiling)]);
      if (precision !== 'float32') return;
      const answers = await askOnnx(onnxFile(readSavedNetwork(single, ofHead)), test.pixels, [
        test.set.count,
        18,
        14,
        3,
      ]);
      answers.columns[0]!.forEach((row, image) => {
        const best = row.indexOf(Math.max(...row));
        expect(best).toBe(alone.classes[image]);
        expect(row[best]).toBeCloseTo(alone.probabilities[image]!, 5);
        expect(row).toHaveLength(3);
      });
    },
  );
});
