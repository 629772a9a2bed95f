import {readFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {runProgram} from '../../helpers/program.js';
import {expectSamePredictions} from '../../helpers/same-predictions.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {trainTinyRuns, type TrainedRuns} from '../../helpers/trained-runs.js';

let trained: TrainedRuns;
beforeAll(async () => {
  trained = await trainTinyRuns(
    'model.layers=[{conv2d: {filters: 4, stride: 2, padding: same}}, {residual: {layers: [{depthwiseConv2d: {padding: same}}, {groupNormalization: {groups: 2}}, {spatialDropout2d: {rate: 0.2}}]}}, {squeezeExcitation: {ratio: 2}}, {globalAveragePooling2d: {}}]',
    'training.ema={decay: 0.8}',
  );
});

/** File, head and probability of each row that the run wrote. */
function written(): string[][] {
  const rows = readFileSync(trained.runs['multi-output'].predictions, 'utf8').trim().split('\n');
  return rows.slice(1).map(row => row.split(',').filter((_, at) => at !== 1 && at !== 3));
}

/** The same of what `predict` says of these images. */
async function predicted(model: string): Promise<string> {
  const {cwd, images} = trained;
  const names = [...new Set(written().map(([file = '']) => path.join(images, file)))];
  const {code, stdout} = await runProgram(['predict', model, ...names, '--csv'], {cwd});
  expect(code).toBe(0);
  const rows = stdout.trim().split('\n').slice(1);
  return rows.map(row => path.basename(row.split(',').slice(0, -1).join())).join('\n');
}

describe('a model that branches, with averaged weights', () => {
  it('predicts with predict what the run did, and by its split models', async () => {
    const run = trained.runs['multi-output'];
    const whole = await predicted(run.id);
    expectSamePredictions(whole, written().join('\n'));
    const out = path.join(temporaryFolder(), 'models');
    const {code} = await runProgram(['split', run.id, '--out', out], {cwd: trained.cwd});
    expect(code).toBe(0);
    expectSamePredictions(await predicted(out), whole);
  });

  it.each(['savedmodel', 'onnx', 'tfjs'])('is exported as %s', async format => {
    const out = temporaryFolder();
    const {code, stderr} = await runProgram(
      ['export', trained.runs.separate.id, '--format', format, '--out', out],
      {cwd: trained.cwd},
    );
    expect([code, stderr]).toEqual([0, '']);
  });
});
