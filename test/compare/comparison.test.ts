import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {compareRuns} from '../../src/compare/comparison.js';
import {findRuns} from '../../src/compare/find-runs.js';
import {formatComparison, saveComparison} from '../../src/compare/formats.js';
import {encodeEvent} from '../../src/protocol/json.js';
import type {RunFact} from '../../src/protocol/events.js';
import {predictionsCsv} from '../../src/runs/predictions-csv.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** Writes the folder of a finished run whose head Male is right on so many of ten images. */
function writeRun(
  runs: string,
  id: string,
  experiment: string,
  right: number,
  last?: RunFact,
): RunFolder {
  const folder = new RunFolder(path.join(runs, id));
  mkdirSync(folder.path, {recursive: true});
  const metrics = {loss: 0.5, heads: {Male: {loss: 0.5, accuracy: right / 10}}};
  const facts: RunFact[] = [
    {
      type: 'run.started',
      experiment,
      heads: ['Male'],
      models: [{name: 'm', heads: ['Male'], parameters: 1234}],
      epochs: 1,
      backend: 'b',
      pid: 1,
    },
    {
      type: 'data.loaded',
      source: 's',
      trainImages: 20,
      validationImages: 10,
      baselines: {Male: 0.6},
      seconds: 1,
    },
    {
      type: 'epoch.ended',
      model: 'm',
      epoch: 1,
      train: metrics,
      validation: metrics,
      learningRate: 1,
      trainSeconds: 1,
      seconds: 2,
      imagesPerSecond: 20,
      memoryBytes: 1,
    },
    {
      type: 'model.ended',
      model: 'm',
      epochs: 1,
      bestEpoch: 1,
      train: metrics,
      validation: metrics,
      seconds: 2,
    },
    last ?? {type: 'run.finished', outcome: 'completed', seconds: 3, peakMemoryBytes: 1},
  ];
  writeFileSync(
    folder.events,
    facts
      .map((fact, index) => `${encodeEvent({...fact, seq: index + 1, at: '', run: id})}\n`)
      .join(''),
  );
  const host = {platform: 'linux', arch: 'x64', cpus: 2, memoryBytes: 1};
  writeFileSync(
    folder.info,
    JSON.stringify({
      schemaVersion: 1,
      id,
      experiment,
      file: experiment,
      variant: {},
      configHash: 'c',
      seed: 1,
      versions: {},
      dataRoot: '/',
      host,
      started: '',
    }),
  );
  const files = Array.from({length: 10}, (_, index) => `${index}.jpg`);
  const probabilities = Float32Array.from(files, (_, index) => (index < right ? 0.9 : 0.1));
  writeFileSync(
    folder.predictions,
    predictionsCsv(files, [{head: 'Male', labels: new Uint8Array(10).fill(1), probabilities}]),
  );
  return folder;
}

function twoRuns(): string {
  const runs = temporaryFolder();
  writeRun(runs, '20260101-000000-separate-aaaa', 'separate', 8);
  writeRun(runs, '20260101-000001-multi-output-bbbb', 'multi-output', 9);
  return runs;
}

describe('a comparison', () => {
  it('marks the best, with intervals, and names the baseline', async () => {
    const runs = twoRuns();
    const text = formatComparison(
      await compareRuns(await findRuns(['separate', 'multi-output'], runs)),
      'table',
    );
    expect(text).toMatchInlineSnapshot(`
      "run                                parameters  time  images/s  Male train  Male validation (95 %)
      20260101-000000-separate-aaaa           1,234  2.0s        20       0.800    0.800 (0.490-0.943)
      20260101-000001-multi-output-bbbb       1,234  2.0s        20       0.900    0.900 (0.596-0.982)*
      * best; n = 10 validation images; always the majority class: Male 0.600
      "
    `);
  });

  it('keeps a run that failed, with the reason', async () => {
    const runs = twoRuns();
    writeRun(runs, '20260101-000002-bad-cccc', 'bad', 10, {
      type: 'run.failed',
      message: 'no \u001b[2Jdata',
      exitCode: 3,
    });
    const text = formatComparison(
      await compareRuns(await findRuns(['separate', 'latest'], runs)),
      'table',
    );
    expect(text).toContain('20260101-000002-bad-cccc: no ?[2Jdata');
    expect(text).toContain('0.800 (0.490-0.943)*');
  });

  it('is saved in every format, each telling the same', async () => {
    const runs = twoRuns();
    const comparison = await compareRuns(await findRuns(['separate', 'multi-output'], runs));
    expect(await saveComparison(comparison, runs, 'now')).toBe(
      path.join(runs, 'comparisons', 'now'),
    );
    expect(JSON.parse(formatComparison(comparison, 'json'))).toMatchObject({
      heads: ['Male'],
      runs: [{heads: {Male: {validationAccuracy: 0.8}}}, {}],
    });
    expect(formatComparison(comparison, 'csv').split('\n')[2]).toContain(',0.9,0.9,');
    expect(formatComparison(comparison, 'md').split('\n')).toHaveLength(7);
  });
});

describe('the name of a run', () => {
  it('is its id, a unique prefix, its experiment or latest', async () => {
    const runs = twoRuns();
    for (const name of [
      '20260101-000001-multi-output-bbbb',
      '20260101-000001',
      'multi-output',
      'latest',
    ]) {
      expect((await findRuns([name], runs))[0]?.folder.id).toBe(
        '20260101-000001-multi-output-bbbb',
      );
    }
  });

  it('that fits two, or none, is refused with what is near', async () => {
    const runs = twoRuns();
    await expect(findRuns(['20260101'], runs)).rejects.toThrow('2 runs begin like this');
    await expect(findRuns(['seperate'], runs)).rejects.toMatchObject({
      hint: 'Did you mean separate?',
      exitCode: 2,
    });
  });
});
