import {readFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {IMAGES} from '../../../src/tensorflow/graph/inference.js';
import {GraphSession} from '../../../src/tensorflow/graph/session.js';
import {loadBackend} from '../../../src/tensorflow/load.js';
import {planOf, readLayersFile, readSavedNetwork} from '../../../src/artifacts/layers-model.js';
import {graphPredictor} from '../../../src/artifacts/predict/predictor.js';
import {seededRandom} from '../../../src/util/random.js';
import {runProgram} from '../../helpers/program.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {trainTinyRuns, type TrainedRuns} from '../../helpers/trained-runs.js';
import {expectSamePredictions} from '../../helpers/same-predictions.js';

let trained: TrainedRuns;
beforeAll(async () => {
  trained = await trainTinyRuns();
});

const exported = (args: readonly string[]) => runProgram(['export', ...args], {cwd: trained.cwd});

describe('export', () => {
  it.each(['multi-output', 'concatenated'] as const)(
    'writes a SavedModel of a %s run with the same probabilities and a signature for its heads',
    async kind => {
      const out = temporaryFolder();
      const run = trained.runs[kind];
      const {code, stdout} = await exported([run.id, '--format', 'savedmodel', '--out', out]);
      expect(code).toBe(0);
      expect(stdout).toBe(`${path.join(out, kind)}\n`);
      const {native, tf} = await loadBackend('tensorflow');
      const node = (tf as unknown as {node: SavedModelReader}).node;
      const [graph] = await node.getMetaGraphsFromSavedModel(path.join(out, kind));
      const {inputs, outputs} = graph!.signatureDefs['serving_default']!;
      expect(inputs[IMAGES]).toMatchObject({name: 'images:0', dtype: 'int32'});
      expect(Object.keys(outputs)).toEqual(['Male', 'Smiling']);
      const random = seededRandom(4);
      const pixels = Uint8Array.from({length: 3 * 18 * 14 * 3}, () => random() * 256);
      const bytes = readFileSync(path.join(out, kind, 'saved_model.pb'));
      const session = new GraphSession(native!, bytes);
      const feed = {name: IMAGES, shape: [3, 18, 14, 3], values: pixels};
      const pairs = session.run([feed], ['head_0', 'head_1']);
      session.dispose();
      const file = await readLayersFile(run.model(kind));
      const network = readSavedNetwork(file, planOf(file, undefined));
      const expected = graphPredictor(native!, network).predict(pixels, 3).probabilities;
      expected.forEach((probability, at) => {
        const pair = pairs[at % 2]!.subarray(2 * Math.floor(at / 2));
        expect(Math.abs(pair[1]! - probability)).toBeLessThan(1e-5);
      });
    },
  );

  it('writes the models of a separate run for tfjs, which predict takes with the same predictions', async () => {
    const run = trained.runs.separate;
    expect((await exported([run.id, '--format', 'tfjs'])).code).toBe(0);
    const answers = await Promise.all(
      [run.id, run.exported('tfjs')].map(
        async model =>
          (await runProgram(['predict', model, trained.images, '--csv'], {cwd: trained.cwd}))
            .stdout,
      ),
    );
    expectSamePredictions(answers[1] as string, answers[0] as string);
  });

  it('names the formats it knows', async () => {
    const {code, stderr} = await exported(['latest', '--format', 'keras']);
    expect(code).toBe(2);
    expect(stderr).toContain('savedmodel, onnx, tfjs');
  });
});

type SavedModelReader = {
  getMetaGraphsFromSavedModel(folder: string): Promise<
    {
      signatureDefs: Record<
        string,
        {
          inputs: Record<string, {name: string; dtype: string}>;
          outputs: Record<string, {name: string}>;
        }
      >;
    }[]
  >;
};
