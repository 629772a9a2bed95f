import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {chooseGroups, type GroupFlags} from '../../src/cli/group.js';
import {parseExperiment} from '../../src/experiment/parse.js';
import {stringifyExperiment} from '../../src/experiment/stringify.js';
import {tinyExperiment, tinyYaml} from '../helpers/experiments.js';
import {runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {workplace} from '../helpers/workplace.js';
import {right, writeRun} from '../helpers/written-runs.js';

const fourHeads = tinyYaml.replace('[Male, Smiling]', '[A, B, C, D]');
const affinities = {
  names: ['D', 'C', 'B', 'A'],
  matrix: [
    [0, 3, 0, 0],
    [3, 0, 0, 0],
    [0, 0, 0, 2],
    [0, 0, 2, 0],
  ],
};

/** A working folder with four heads and their affinities. */
function place(yaml = fourHeads): string {
  const cwd = workplace(yaml);
  writeFileSync(path.join(cwd, 'affinity.json'), JSON.stringify(affinities));
  return cwd;
}

const group = (cwd: string, name: string | undefined, flags: Partial<GroupFlags> = {}) =>
  chooseGroups(
    name,
    {
      ...{controls: 2, set: [], run: false, untilDecided: false, json: false},
      runs: path.join(cwd, 'runs'),
      ...flags,
    },
    {folder: path.join(cwd, 'experiments'), workingFolder: cwd},
  );

describe('group', () => {
  it('refuses what does not go together, and says what to do', async () => {
    const cwd = place();
    const affinity = path.join(cwd, 'affinity.json');
    const budget = (measure: 'time' | 'parameters', limit: number): GroupFlags['budget'] => ({
      ...{measure, limit, text: `${measure}=${limit}x`},
    });
    const failures: [string | undefined, Partial<GroupFlags>, RegExp][] = [
      [undefined, {}, /expected a run, or a file of affinities/],
      ['tiny', {affinity, groups: 5}, /--groups 5: there are 4 heads/],
      ['tiny', {affinity: 'absent.json'}, /absent\.json: the affinities cannot be read/],
      [
        ...(['tiny', {affinity, set: ['data.heads=[A, B, X]']}] as const),
        /Missing: X\. Not among the heads: D and C/,
      ],
      [undefined, {affinity, run: true}, /--run needs an experiment/],
      [undefined, {affinity, name: 'x'}, /--name needs an experiment/],
      ['tiny', {affinity, repeat: 3}, /--repeat without --run has no effect/],
      [
        ...([undefined, {affinity, budget: budget('time', 2)!}] as const),
        /what groups cost depends on the network/,
      ],
      [
        ...(['tiny', {affinity, budget: budget('parameters', 1.2)!}] as const),
        /--budget parameters=1\.2x: no grouping fits\. Expected parameters=1\.9\dx or more, which two networks take/,
      ],
    ];
    for (const [name, flags, message] of failures)
      await expect(group(cwd, name, flags)).rejects.toThrow(message);
  });

  it('refuses a run that measured nothing', async () => {
    const cwd = place();
    writeRun(path.join(cwd, 'runs'), {
      ...{id: '20260101-000000-tiny-aaaa', experiment: 'tiny', heads: {Male: right(8, 10)}},
    });
    await expect(group(cwd, 'tiny')).rejects.toThrow(/this run measured no affinities/);
  });

  it('writes an experiment that says what each grouping is, from a run', async () => {
    const cwd = place();
    const folder = writeRun(path.join(cwd, 'runs'), {
      ...{id: '20260101-000000-tiny-aaaa', experiment: 'tiny', heads: {A: right(8, 10)}},
    });
    const definition = tinyExperiment('data.heads=[A, B, C, D]', 'training.affinity={method: tag}');
    writeFileSync(folder.experiment, stringifyExperiment(definition));
    writeFileSync(folder.affinity, JSON.stringify(affinities));
    const {sets, file = '', costs} = await group(cwd, 'tiny');
    expect(sets.at(-1)?.groups).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(costs?.parameters.group).toBeGreaterThan(0.8);
    const text = readFileSync(path.join(cwd, file), 'utf8');
    expect(text).toContain(
      '- A + B | C + D # proposed: the best groups by the measured affinities',
    );
    expect(text).toContain('grouping:\n  proposed: A + B | C + D\n  trainings: 1\n');
    expect(text).toContain('- A + B + C + D # control: one network with all heads');
    expect(text).toContain('- A | B | C | D # control: one network for each head');
    expect(text).not.toContain('affinity:');
    const {variants} = parseExperiment(text, file);
    expect(variants.map(({experiment}) => experiment.model.kind)).toEqual(Array(5).fill('grouped'));
    // The same again is no change; something else is not overwritten, and gets the next name.
    expect((await group(cwd, 'tiny')).file).toBe(file);
    writeFileSync(path.join(cwd, file), `${text}# mine\n`);
    const next = path.join('experiments', 'tiny-groups-2.yaml');
    expect((await group(cwd, 'tiny')).file).toBe(next);
    expect((await group(cwd, 'tiny')).file).toBe(next);
    expect(readFileSync(path.join(cwd, next), 'utf8')).toContain('name: tiny-groups-2\n');
    await expect(group(cwd, 'tiny', {name: 'tiny-groups'})).rejects.toThrow(
      /exists, and compares something else/,
    );
  });

  it('refuses options of a training before it writes the experiment', async () => {
    const cwd = place();
    const affinity = path.join(cwd, 'affinity.json');
    const failures: [Partial<GroupFlags>, RegExp][] = [
      [{untilDecided: true, maxRuns: 14}, /--max-runs 14: expected 15 or more/],
      [{untilDecided: true, repeat: 3}, /Expected no --repeat with it/],
      [{maxRuns: 20}, /--max-runs without --until-decided has no effect/],
    ];
    for (const [flags, message] of failures)
      await expect(group(cwd, 'tiny', {affinity, run: true, ...flags})).rejects.toThrow(message);
    expect(readdirSync(path.join(cwd, 'experiments'))).toEqual(['tiny.yaml']);
  });

  it('says that two heads leave nothing to choose', async () => {
    const cwd = workplace(tinyYaml);
    const two = {
      names: ['Male', 'Smiling'],
      matrix: [
        [0, 0.3],
        [0.2, 0],
      ],
    };
    writeFileSync(path.join(cwd, 'affinity.json'), JSON.stringify(two));
    const args = ['group', 'tiny', '--affinity', 'affinity.json', '--run'];
    const {code, stdout} = await runProgram(args, {cwd});
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Two heads share one network or have two: there are no groups to choose.',
    );
  });

  it('answers heads of several groups with the best of them', async () => {
    const cwd = place(tinyYaml.replace('[Male, Smiling]', '[A, B, C]'));
    const affinity = path.join(temporaryFolder(), 'worked.json');
    const matrix = [
      [0, 2, -1],
      [3, 0, 0],
      [1, -2, 0],
    ];
    mkdirSync(path.dirname(affinity), {recursive: true});
    writeFileSync(affinity, JSON.stringify({names: ['A', 'B', 'C'], matrix}));
    const {file = ''} = await group(cwd, 'tiny', {affinity, groups: 2});
    const text = readFileSync(path.join(cwd, file), 'utf8');
    expect(text).toContain('- A + B | A + C # proposed');
    expect(text).toContain('answeredBy: best');
  });

  it('prints tables or JSON, and needs no experiment for that', async () => {
    const cwd = place();
    const args = ['group', '--affinity', 'affinity.json', '--groups', '2'];
    const {code, stdout, stderr} = await runProgram(args, {cwd});
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('affected');
    expect(stdout).toMatch(/\* +2 +2\.50 +2\.50 +D \+ C \| B \+ A/);
    const json = JSON.parse((await runProgram([...args, '--json'], {cwd})).stdout) as object;
    expect(json).toMatchObject({
      order: ['D', 'C', 'B', 'A'],
      experiment: null,
      sets: [
        {score: expect.any(Number) as number},
        {
          score: 2.5,
          gap: 0,
          groups: [
            ['D', 'C'],
            ['B', 'A'],
          ],
        },
      ],
    });
  });
});
