import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {parse} from 'csv-parse/sync';
import sharp from 'sharp';
import {beforeAll, describe, expect, it} from 'vitest';
import {GraphSession} from '../../src/tensorflow/graph/session.js';
import {IMAGES} from '../../src/tensorflow/graph/inference.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {askOnnx} from '../helpers/onnx.js';
import {runProgram} from '../helpers/program.js';
import {expectSamePredictions} from '../helpers/same-predictions.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {trainTinyRuns, type TrainedRuns} from '../helpers/trained-runs.js';

/** By head. */
type Decisions = Record<string, {readonly threshold: number; readonly temperature: number}>;

let trained: TrainedRuns;
beforeAll(async () => {
  trained = await trainTinyRuns('evaluation={threshold: balanced, calibrate: temperature}');
});

const run = (...args: string[]) => runProgram(args, {cwd: trained.cwd});

function decisionsIn(folder: string): Decisions {
  const {userDefinedMetadata} = JSON.parse(
    readFileSync(path.join(folder, 'model.json'), 'utf8'),
  ) as {userDefinedMetadata: {celebaTui: {decisions: Decisions}}};
  return userDefinedMetadata.celebaTui.decisions;
}

/** Lines of file, head, predicted and probability, as `predict --csv` prints them. */
async function predicted(name: string, ...images: string[]): Promise<string[]> {
  const {code, stdout, stderr} = await run('predict', name, ...images, '--csv');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const rows: string[][] = parse(stdout, {fromLine: 2});
  return rows.map(([file = '', head, bit, probability]) =>
    [path.basename(file), head, bit, probability].join(' '),
  );
}

const sorted = (lines: readonly string[]): string => lines.toSorted().join('\n');

describe('a saved model whose decisions', () => {
  it.each([
    ['are out of range', '"threshold":2'],
    ['are no numbers', '"threshold":"low"'],
  ])('%s is refused by name, and not used with others', async (_, text) => {
    const folder = temporaryFolder('bad');
    expect((await run('export', 'multi-output', '--format', 'tfjs', '--out', folder)).code).toBe(0);
    const file = path.join(folder, 'multi-output', 'model.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"threshold":[\d.]+/, text));
    const {code, stderr} = await run('predict', folder, trained.images);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}: what it says about its heads`);
    expect(stderr).toContain('threshold');
  });
});

describe('thresholds and temperatures that validation chose', () => {
  it.each(['separate', 'multi-output', 'concatenated'] as const)(
    'decide in predictions.csv, predict, split and the tfjs export of a %s run alike',
    async kind => {
      const folder = trained.runs[kind];
      const [out, exported] = [temporaryFolder('split'), temporaryFolder('tfjs')];
      const rows: string[][] = parse(readFileSync(folder.predictions, 'utf8'), {fromLine: 2});
      const wanted = sorted(
        rows.map(([file, , head, , bit, probability]) => [file, head, bit, probability].join(' ')),
      );
      const files = [...new Set(rows.map(([file = '']) => path.join(trained.images, file)))];
      await run('split', folder.id, '--out', out);
      await run('export', folder.id, '--format', 'tfjs', '--out', exported);
      for (const name of [folder.id, out, exported])
        expectSamePredictions(sorted(await predicted(name, ...files)), wanted);
    },
  );

  it('stand in the saved model, in its split heads, in the log and in summary.txt', async () => {
    const folder = trained.runs['multi-output'];
    const decisions = decisionsIn(folder.model('multi-output'));
    expect(Object.keys(decisions)).toEqual(['Male', 'Smiling']);
    const out = temporaryFolder('split');
    await run('split', folder.id, '--out', out);
    for (const [head, {threshold, temperature}] of Object.entries(decisions)) {
      expect(decisionsIn(path.join(out, head))).toEqual({[head]: {threshold, temperature}});
      const text = `threshold ${threshold}, temperature ${temperature}`;
      expect(readFileSync(folder.summary, 'utf8')).toContain(`${head}: ${text}, chosen on`);
    }
    expect(readFileSync(folder.events, 'utf8')).toContain(
      `"decisions":${JSON.stringify(decisions)}`,
    );
  });

  it('are warned of where the run is measured on the images that chose them', () => {
    const folder = trained.runs['multi-output'];
    const warning = 'The thresholds and temperatures are chosen on the validation images';
    expect(readFileSync(folder.summary, 'utf8')).toContain(`warning: ${warning}`);
    expect(readFileSync(folder.events, 'utf8')).toContain(`"warnings":["${warning}`);
  });

  it.each(['multi-output', 'concatenated'] as const)(
    'are in the probabilities and in heads.json of the SavedModel and of the ONNX model of a %s run',
    async kind => {
      const [pixels, shape] = [new Uint8Array(18 * 14 * 3).fill(90), [1, 18, 14, 3] as const];
      pixels.set(new Uint8Array(300).fill(200));
      const image = path.join(temporaryFolder('image'), 'image.png');
      await sharp(pixels, {raw: {width: 14, height: 18, channels: 3}}).toFile(image);
      const wanted = (await predicted(kind, image)).map(text => Number(text.split(' ').at(-1)));
      const expectWanted = (probabilities: readonly number[]): void => {
        expect(probabilities).toHaveLength(wanted.length);
        probabilities.forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 5));
      };
      const decisions = decisionsIn(trained.runs[kind].model(kind));
      const {native} = await loadBackend('tensorflow');
      for (const format of ['savedmodel', 'onnx']) {
        const out = temporaryFolder(format);
        await run('export', kind, '--format', format, '--out', out);
        const read = (name: string): Buffer => readFileSync(path.join(out, kind, name));
        expect(JSON.parse(read('heads.json').toString())).toEqual({version: 1, heads: decisions});
        if (format === 'onnx') {
          const {probabilities} = await askOnnx(read('model.onnx'), pixels, [...shape]);
          expectWanted(probabilities);
        } else {
          const session = new GraphSession(native!, read('saved_model.pb'));
          const feed = {name: IMAGES, shape: [...shape], values: pixels};
          const pairs = session.run([feed], ['head_0', 'head_1']);
          session.dispose();
          expectWanted(pairs.map(([, one]) => one!));
        }
      }
    },
  );
});
