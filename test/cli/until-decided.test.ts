import {readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {planSearch} from '../../src/app/plan-search.js';
import {runOptionDefaults, type RunOptions} from '../../src/app/load-jobs.js';
import type {RunJob} from '../../src/runs/queue/journal.js';
import {tinyYaml} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const two = 'matrix: {model.kind: [separate, multi-output]}\n';

async function plan(text: string, changes: Partial<RunOptions> = {}): Promise<RunJob[]> {
  const folder = temporaryFolder();
  const file = path.join(folder, 'tiny.yaml');
  writeFileSync(file, text);
  const options = {...runOptionDefaults, runs: folder, folder, data: undefined, version: '0.0.0'};
  try {
    return await planSearch([file], {...options, ...changes}, () => 0.5);
  } finally {
    expect(readdirSync(folder)).toEqual(['tiny.yaml']);
  }
}

describe('a search until a difference is decided', () => {
  it('plans all seeds that the budget allows, and trains the first three of each design', async () => {
    const jobs = await plan(tinyYaml + two, {maxRuns: 11, difference: 2});
    const seeds = jobs[0]!.untilDecided!.seeds;
    expect(jobs[0]!.untilDecided).toMatchObject({difference: 0.02});
    expect(seeds).toHaveLength(5);
    expect(seeds[0]).toBe(3);
    expect(jobs.map(({experiment}) => `${experiment.name} ${experiment.training.seed}`)).toEqual(
      seeds.slice(0, 3).flatMap(seed => [`tiny.separate ${seed}`, `tiny.multi-output ${seed}`]),
    );
    // All seeds are tested on the same images.
    expect(new Set(jobs.map(({experiment}) => experiment.data.seed))).toEqual(new Set([3]));
    expect(new Set(jobs.map(({untilDecided}) => untilDecided!.id)).size).toBe(1);
  });

  it('counts each fold of a seed as a run of the budget', async () => {
    const folds = tinyYaml.replace('{train: 32, validation: 8}', '{folds: 2, validation: 8}');
    const sampled = folds.replace('  split:', '  sampling: {strategy: first, count: 40}\n  split:');
    const jobs = await plan(sampled + two, {maxRuns: 12});
    expect(jobs).toHaveLength(12);
    expect(jobs[0]!.untilDecided!.seeds).toHaveLength(3);
    await expect(plan(sampled + two, {maxRuns: 11})).rejects.toThrow(
      '--max-runs 11: expected 12 or more, for 3 seeds of 2 designs, each of all its folds.',
    );
  });

  it.each([
    ['one design only', tinyYaml, {}, 'Expected two or three; received one, tiny.'],
    [
      'more than three designs',
      `${tinyYaml}matrix: {training.epochs: [1, 2, 3, 4]}\n`,
      {},
      'compares two or three designs. Received 4: tiny.epochs-1, ',
    ],
    ['--repeat', tinyYaml + two, {repeat: 5}, 'Expected no --repeat with it; received --repeat 5.'],
    ['--resplit', tinyYaml + two, {resplit: true}, 'Expected no --resplit with it.'],
    [
      'a budget that is too small',
      tinyYaml + two,
      {maxRuns: 5},
      '--max-runs 5: expected 6 or more, for 3 seeds of 2 designs.',
    ],
    [
      'designs with different seeds',
      `${tinyYaml}matrix: {training.seed: [1, 2]}\n`,
      {},
      'Expected one training.seed in tiny.seed-1 and tiny.seed-2; received 1 and 2.',
    ],
    [
      'the same design twice',
      `${tinyYaml}matrix: {training.seed: [1, 2]}\n`,
      {seed: 7, overrides: ['data.seed=1']},
      'tiny.seed-1 and tiny.seed-2 have the same definition.',
    ],
  ] as const)('refuses %s before anything is written', async (_what, text, changes, message) => {
    const planned = plan(text, changes);
    await expect(planned).rejects.toThrow(message);
    await expect(planned).rejects.toMatchObject({name: 'UserError', exitCode: 2});
    await expect(planned).rejects.toHaveProperty('hint', expect.stringMatching(/\w/));
  });
});
