import {describe, expect, it} from 'vitest';
import {addTrials} from '../../../src/app/search/add-trials.js';
import {jobsOfSeed} from '../../../src/app/load-jobs.js';
import {parseExperiment} from '../../../src/experiment/parse.js';
import type {RunJob} from '../../../src/runs/queue/journal.js';
import type {QueueItem} from '../../../src/runs/queue/queue-state.js';
import {initialRunState} from '../../../src/runs/run-state.js';
import type {RunStatus} from '../../../src/runs/status.js';
import {searchText} from '../../../src/report/text/search-text.js';
import {tinyYaml} from '../../helpers/experiments.js';

const withTest = tinyYaml
  .replace('validation: 8', 'validation: 8, test: 8')
  .replace('epochs: 2', 'epochs: 4');

function jobsOf(search: string): RunJob[] {
  const space = '{training.optimizer.adam.learningRate: {log: [0.0001, 0.1]}}';
  const metric = 'Male.validation.loss';
  const yaml = `${withTest}search: {${search}, space: ${space}, metric: ${metric}}\n`;
  const {file, variants} = parseExperiment(yaml, 'tiny.yaml');
  return variants.map(({trial, ...rest}) => ({
    ...{...rest, file: file.name},
    trial: {...trial!, id: 'one search'},
  }));
}

/** A run that ended with this loss on the validation images. */
function ended(job: RunJob, loss: number, status: RunStatus = 'completed'): QueueItem {
  const split = {loss, heads: {Male: {loss, accuracy: 0}}};
  const model = {name: 'm', heads: ['Male'], answers: ['Male'], parameters: 1};
  const rest = {
    status: 'ended' as const,
    step: undefined,
    history: [],
    bestEpoch: 1,
    seconds: 1,
    inference: undefined,
  };
  const final = {train: split, validation: split, decisions: undefined};
  const run = {...initialRunState('r'), status, models: [{...model, ...rest, final}]};
  const name = `${job.experiment.name}/${job.experiment.training.seed}`;
  return {key: name, job, folder: `/runs/${name}`, run};
}

const lossOf = ({run}: QueueItem): number => run.models[0]!.final!.validation.heads['Male']!.loss;

const rateOf = ({variant}: Pick<RunJob, 'variant'>): number =>
  Number(variant['training.optimizer.adam.learningRate']);

describe('a search by tpe', () => {
  const jobs = jobsOf('method: tpe, runs: 12');
  const items = jobs.map(job => ended(job, Math.abs(Math.log10(rateOf(job)) + 2)));

  it('adds the next trial when all have ended, and as many as train at the same time', async () => {
    const {jobs: next, looks} = await addTrials(items, 1);
    expect(next.map(({experiment}) => experiment.name)).toEqual(['tiny.11']);
    const {optimizer} = next[0]!.experiment.training;
    expect('adam' in optimizer && optimizer.adam.learningRate).toBe(rateOf(next[0]!));
    const best = items.toSorted((a, b) => lossOf(a) - lossOf(b))[0]!;
    expect(looks).toEqual([
      {
        search: 'one search',
        best: {name: best.job.experiment.name, value: lossOf(best)},
        isEnded: false,
      },
    ]);
    const both = await addTrials(items, 2);
    expect(both.jobs.map(({trial}) => trial!.number)).toEqual([11, 12]);
    expect(both.jobs[0]).toEqual(next[0]);
    const last = [...items, ...both.jobs.map(job => ended(job, 1))];
    expect(await addTrials(last, 2)).toMatchObject({jobs: [], looks: [{isEnded: true}]});
  });

  it('continues where a trial failed, and waits where one was stopped', async () => {
    const failed = [...items.slice(1), ended(jobs[0]!, 0, 'failed')];
    expect((await addTrials(failed, 1)).jobs).toHaveLength(1);
    for (const status of ['stopped', 'crashed', 'cancelled', 'interrupted'] as const) {
      const open = [...items.slice(1), ended(jobs[0]!, 0, status)];
      expect(await addTrials(open, 1)).toEqual({jobs: [], looks: []});
    }
  });

  it('ends where every trial failed', async () => {
    const failed = items.map(item => ({...item, run: {...item.run, status: 'failed' as const}}));
    const {jobs: next, looks} = await addTrials(failed, 1);
    expect(next).toEqual([]);
    expect(looks).toEqual([{search: 'one search', best: undefined, isEnded: true}]);
    expect(searchText({items: failed, stopping: false, looks})).toBe(
      'search ended, best: no trial has a result',
    );
  });

  it('trains all seeds of a trial on the same images, and counts their mean', async () => {
    const seeds = items.flatMap(({job, run}) =>
      [5, 6].map(seed => {
        const [seeded] = jobsOfSeed(job, seed, 3);
        return {...ended(seeded!, 0), run};
      }),
    );
    const {jobs: next} = await addTrials(seeds, 1);
    expect(next.map(({experiment}) => [experiment.training.seed, experiment.data.seed])).toEqual([
      [5, 3],
      [6, 3],
    ]);
    expect(new Set(next.map(rateOf)).size).toBe(1);
    expect(rateOf(next[0]!)).toBe(rateOf((await addTrials(items, 1)).jobs[0]!));
  });

  it('says how far it is', async () => {
    const {looks} = await addTrials(items, 1);
    const queue = {items, stopping: false, looks};
    expect(searchText({...queue, looks: []})).toBe('trial 10 of 12');
    expect(searchText(queue)).toMatch(
      /^trial 10 of 12, best so far: tiny\.\d\d \(Male loss [\d.]+\)$/,
    );
  });
});

describe('a search by halving', () => {
  const jobs = jobsOf('method: halving, runs: 8, eta: 2');

  it('promotes the best of each round, and none that failed', async () => {
    const first = jobs.map((job, index) => ended(job, index === 6 ? 0 : 8 - index));
    const failed = first.map((item, index) =>
      index === 6 ? {...item, run: {...item.run, status: 'failed' as const}} : item,
    );
    const {jobs: second} = await addTrials(failed, 1);
    expect(second.map(({experiment}) => experiment.name)).toEqual(
      [8, 6, 5, 4].map(number => `tiny.${number}.epochs-2`),
    );
    const later = [...failed, ...second.map((job, index) => ended(job, index + 1))];
    const {jobs: third, looks} = await addTrials(later, 1);
    expect(third.map(({experiment}) => experiment.name)).toEqual([
      'tiny.8.epochs-4',
      'tiny.6.epochs-4',
    ]);
    expect(looks).toMatchObject([{best: {name: 'tiny.8.epochs-2', value: 1}}]);
    const all = [...later, ...third.map(job => ended(job, 1))];
    expect(await addTrials(all, 1)).toMatchObject({jobs: [], looks: [{isEnded: true}]});
    expect(searchText({items: all, stopping: false})).toBe('round 3 of 3, trial 6');
  });
});
