import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {addTrials} from '../../src/app/search/add-trials.js';
import {readJournal} from '../../src/runs/queue/journal.js';
import {RunFolder} from '../../src/runs/run-folder.js';
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
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 60});
});

const withTest = tinyYaml.replace(
  'train: 32, validation: 8',
  'train: 24, validation: 16, test: 16',
);
const space =
  '{training.optimizer.adam.learningRate: {log: [0.0001, 0.1]}, training.batchSize: [6, 12]}';
const searchYaml = (rest: string): string =>
  `${withTest}search: {${rest}, space: ${space}, metric: mean.validation.accuracy}\n`;

/** The items of the only queue, with the runs that they have become. */
async function itemsOf(cwd: string) {
  const runs = path.join(cwd, 'runs');
  const name = readdirSync(path.join(runs, '.queue')).find(entry => entry.endsWith('.jsonl'));
  const {journal} = await readJournal(runs, path.basename(name ?? '', '.jsonl'));
  return Promise.all(
    journal!.items.map(async ({key, job, run}) => {
      const folder = path.join(runs, run ?? '');
      const {state, status} = await readRun(new RunFolder(folder));
      return {key, job, folder, run: {...state, status}};
    }),
  );
}

/** The last saved comparison. */
function comparisonOf(cwd: string): {
  search: {chosen: string; trainings: number; trials: {design: string}[]};
  pairs: {first: string}[];
} {
  const folder = path.join(cwd, 'runs', 'comparisons');
  const last = readdirSync(folder).sort().at(-1) ?? '';
  return JSON.parse(readFileSync(path.join(folder, last, 'comparison.json'), 'utf8')) as never;
}

describe.runIf(process.platform === 'linux')('a search by tpe that is killed in a trial', () => {
  const cwd = workplace(searchYaml('method: tpe, runs: 4, startup: 2'));
  let resumed: Finished;
  let before: unknown;
  beforeAll(async () => {
    await runProgram(['run', 'tiny', '--data', data, '--ci'], {
      cwd,
      onOutput: (stdout, child) => {
        if ((stdout.match(/ {2}model /g)?.length ?? 0) < 3) return;
        descendants(child.pid!).forEach(pid => signal(pid));
        child.kill('SIGKILL');
      },
    });
    before = (await itemsOf(cwd)).map(({job}) => job.variant);
    resumed = await runProgram(['run', '--resume', '--ci'], {cwd});
  }, 120_000);

  it('resumes to the trials that follow from the same results', async () => {
    expect(before).toHaveLength(3);
    expect(resumed).toMatchObject({code: 0});
    const items = await itemsOf(cwd);
    expect(items.map(({job}) => job.variant).slice(0, 3)).toEqual(before);
    expect(items.map(({job}) => job.experiment.name)).toEqual([
      'tiny.1',
      'tiny.2',
      'tiny.3',
      'tiny.4',
    ]);
    for (const known of [2, 3]) {
      const {jobs, looks} = await addTrials(items.slice(0, known), 1);
      expect(jobs.map(({variant}) => variant)).toEqual([items[known]!.job.variant]);
      expect(looks).toMatchObject([{isEnded: false}]);
    }
    expect(await addTrials(items, 1)).toMatchObject({jobs: [], looks: [{isEnded: true}]});
    const names = items.map(({folder}) => path.basename(folder));
    expect(runFolders(cwd).map(({id}) => id)).toEqual(names);
  });

  it('names the best, what is not worse, how many trainings it took, and the command', () => {
    expect(resumed.stderr).toMatch(/search ended, best: tiny\.[1-4] \(mean accuracy 0\.\d{3}\)/);
    expect(resumed.stdout).toMatch(/Chosen by mean accuracy on the validation images/);
    expect(resumed.stdout).toContain('It took 4 trainings to choose.');
    expect(resumed.stdout).toMatch(
      /celeba-tui run tiny --set training\.optimizer\.adam\.learningRate=[\d.]+ --set training\.batchSize=(6|12)\n/,
    );
    const {search, pairs} = comparisonOf(cwd);
    expect(search.trials[0]?.design).toBe(search.chosen);
    expect(pairs.map(({first}) => first)).toEqual(Array(3).fill(search.chosen));
  });

  it('is over: nothing is left to resume', async () => {
    const again = await runProgram(['run', '--resume', '--ci'], {cwd});
    expect(again.stderr).toContain('has no interrupted runs');
  }, 30_000);
});

describe('a search by halving', () => {
  const cwd = workplace(searchYaml('method: halving, runs: 4, eta: 2, repeat: 1'));

  it('trains the best half again with twice the epochs, and compares these', async () => {
    const {code, stdout, stderr} = await runProgram(
      ['run', 'tiny', '--data', data, '--ci', '--jobs', '2'],
      {cwd},
    );
    expect(code, stderr).toBe(0);
    const items = await itemsOf(cwd);
    expect(items.map(({job}) => job.experiment.training.epochs)).toEqual([1, 1, 1, 1, 2, 2]);
    const finalists = items.slice(4).map(({job}) => job.trial!.number);
    for (const {job} of items.slice(4))
      expect(job.variant).toEqual({
        ...items.find(item => item.job.trial!.number === job.trial!.number)!.job.variant,
        'training.epochs': 2,
      });
    const {jobs} = await addTrials(items.slice(0, 4), 2);
    expect(jobs.map(({trial}) => trial!.number)).toEqual(finalists);
    expect(stdout).toContain('It took 6 trainings to choose.');
    const {search, pairs} = comparisonOf(cwd);
    expect(search.chosen).toMatch(/^tiny\.[1-4]\.epochs-2$/);
    expect(pairs).toHaveLength(1);
  }, 120_000);
});
