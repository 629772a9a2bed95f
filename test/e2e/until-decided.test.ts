import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {readRun} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {descendants, signal} from '../helpers/processes.js';
import {runProgram, type Finished} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 120});
});

/** Long enough that both designs learn the faces, so that seeds differ little. */
const yaml = `${tinyYaml}matrix: {model.kind: [separate, multi-output]}\n`
  .replace('train: 32, validation: 8', 'train: 40, validation: 80')
  .replace('epochs: 2', 'epochs: 20');

/** Designs that both learn differ by far less than this. */
const search = ['--until-decided', '--difference', '90', '--max-runs', '10'];

const start = (cwd: string, ...args: string[]): Promise<Finished> =>
  runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd});
const resume = (cwd: string): Promise<Finished> => runProgram(['run', '--resume', '--ci'], {cwd});

/** The text of the queue's journal, and where it is. */
function journalOf(cwd: string): {readonly file: string; readonly lines: string[]} {
  const folder = path.join(cwd, 'runs', '.queue');
  const name = readdirSync(folder).find(entry => entry.endsWith('.jsonl'));
  const file = path.join(folder, name ?? '');
  return {
    file,
    lines: readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line !== ''),
  };
}

/** The sentences and the tests of the last saved comparison, without what takes time. */
function verdictOf(cwd: string): unknown {
  const folder = path.join(cwd, 'runs', 'comparisons');
  const last = readdirSync(folder).sort().at(-1) ?? '';
  const text = readFileSync(path.join(folder, last, 'comparison.json'), 'utf8');
  const {untilDecided, pairs} = JSON.parse(text) as {
    untilDecided: unknown;
    pairs: {heads: unknown[]}[];
  };
  return {untilDecided, heads: pairs.map(({heads}) => heads)};
}

async function seedsOf(cwd: string): Promise<number[]> {
  const records = await Promise.all(runFolders(cwd).map(folder => readRun(folder)));
  return records.map(({info}) => info?.seed ?? 0);
}

describe.runIf(process.platform === 'linux')('run --until-decided', () => {
  /** A search that was killed in its fourth run and resumed; the tests share it. */
  const cwd = workplace(yaml);
  /** Runs of the same seeds that no search has started, under another name. */
  const answered = workplace(yaml);
  let killed: Finished;
  let resumed: Finished;
  beforeAll(async () => {
    killed = await runProgram(['run', 'tiny', '--data', data, '--ci', ...search], {
      cwd,
      onOutput: (stdout, child) => {
        if ((stdout.match(/ {2}model /g)?.length ?? 0) < 4) return;
        descendants(child.pid!).forEach(pid => signal(pid));
        child.kill('SIGKILL');
      },
    });
    resumed = await resume(cwd);
    const earlier = path.join(answered, 'experiments', 'earlier.yaml');
    writeFileSync(earlier, yaml.replace('name: tiny', 'name: earlier'));
    await runProgram(['run', 'earlier', '--data', data, '--ci', '--repeat', '2'], {cwd: answered});
  }, 600_000);

  it('adds seeds to both designs, stops when all heads are decided, and says so everywhere', async () => {
    expect(killed.stderr).toContain('celeba-tui: seed 1 of at most 5, first look after 3\n');
    const {code, stdout, stderr} = resumed;
    expect(stderr).toContain('Resuming the queue');
    expect(code).toBe(0);
    expect(stderr).toMatch(/celeba-tui: decided after [345] seeds\n/);
    expect(stdout).toMatch(/smaller than 90\.0 points on |is significantly better than /);
    expect(stdout).toContain(
      'Decided sequentially: tested after 3 seeds and after each further one, up to 5.',
    );
    const seeds = await seedsOf(cwd);
    expect(new Set(seeds).size).toBe(seeds.length / 2);
    expect(seeds.length).toBeGreaterThanOrEqual(6);
    expect(verdictOf(cwd)).toMatchObject({untilDecided: {difference: 0.9, maxSeeds: 5}});
    expect(journalOf(cwd).lines.at(-1)).toContain('search.ended');

    // Later commands know from the runs themselves how these were chosen.
    const compared = await runProgram(['compare', 'tiny'], {cwd});
    expect(compared.stdout).toContain('Decided sequentially');
    expect((await resume(cwd)).stderr).toContain('has no interrupted runs');
  }, 600_000);

  it('takes finished runs of the same seeds where --needed asks for it, and decides the same', async () => {
    const {code, stderr, stdout} = await start(answered, ...search, '--needed');
    expect(code).toBe(0);
    expect(stderr.match(/is already answered by/g)).toHaveLength(4);
    expect(stdout).toContain('Decided sequentially');
    expect((await seedsOf(answered)).sort()).toEqual((await seedsOf(cwd)).sort());
    expect(verdictOf(answered)).toEqual(verdictOf(cwd));
  }, 600_000);

  it('uses its budget where nothing is decided, says what is open, and returns 0', async () => {
    const count = runFolders(answered).length;
    const args = ['--until-decided', '--difference', '0.1', '--max-runs', '6', '--needed'];
    const {code, stdout, stderr} = await start(answered, ...args);
    expect(runFolders(answered)).toHaveLength(count);
    if (stderr.includes('not decided with 3 seeds'))
      expect(stdout).toContain('Not decided with 3 seeds, the budget: ');
    else expect(stderr).toContain('decided after 3 seeds');
    expect(code).toBe(0);
  }, 600_000);

  it('that was killed between its last run and its look looks again, and trains what is missing', async () => {
    const decided = verdictOf(cwd);
    const {file, lines} = journalOf(cwd);
    writeFileSync(file, `${lines.filter(line => !line.includes('search.ended')).join('\n')}\n`);
    const looked = await resume(cwd);
    expect(looked.stderr).toMatch(/decided after [345] seeds/);
    expect(looked.code).toBe(0);
    expect(verdictOf(cwd)).toEqual(decided);

    // A run that somebody deleted is trained again: the search needs its seed.
    writeFileSync(file, `${lines.filter(line => !line.includes('search.ended')).join('\n')}\n`);
    const count = runFolders(cwd).length;
    rmSync(runFolders(cwd).at(-1)!.path, {recursive: true});
    expect((await resume(cwd)).code).toBe(0);
    expect(runFolders(cwd)).toHaveLength(count);
    expect(verdictOf(cwd)).toEqual(decided);
  }, 600_000);
});
