import {describe, expect, it} from 'vitest';
import {searchText} from '../../src/report/text/search-text.js';
import type {QueueItem, SearchLook} from '../../src/runs/queue/queue-state.js';
import {initialRunState} from '../../src/runs/run-state.js';
import type {RunStatus} from '../../src/runs/status.js';
import {tinyExperiment} from '../helpers/experiments.js';

const untilDecided = {id: 'a', difference: 0.01, seeds: [3, 4, 5, 6, 7]};

function item(seed: number, status: RunStatus): QueueItem {
  const experiment = tinyExperiment(`training.seed=${seed}`);
  return {
    key: String(seed),
    job: {experiment, file: 'tiny', variant: {}, untilDecided},
    folder: undefined,
    run: {...initialRunState(''), status},
  };
}

const items = [3, 4, 5].map(seed => item(seed, 'completed'));
const look: SearchLook = {search: 'a', seeds: 3, open: ['Male'], isCompared: true, isEnded: false};

describe('the progress of a search', () => {
  it.each([
    [
      'the seed in progress',
      [item(3, 'running'), item(4, 'queued')],
      [],
      'seed 1 of at most 5, first look after 3',
    ],
    ['what is open', [...items, item(6, 'running')], [look], 'seed 4 of at most 5, open: Male'],
    ['the decision', items, [{...look, open: [], isEnded: true}], 'decided after 3 seeds'],
    [
      'what its budget left open',
      items,
      [{...look, isEnded: true}],
      'not decided with 3 seeds: Male',
    ],
    [
      'that it compares nothing',
      items,
      [{...look, open: [], isCompared: false, isEnded: true}],
      'ended after 3 seeds: the designs cannot be compared',
    ],
  ] as const)('names %s', (_what, queued, looks, text) => {
    expect(searchText({items: [...queued], looks: [...looks], stopping: false})).toBe(text);
  });

  it('is none for runs that belong to no search', () => {
    const [first] = items;
    const {untilDecided: _, ...job} = first!.job;
    expect(searchText({items: [{...first!, job}], stopping: false})).toBeUndefined();
    expect(searchText({items: [], stopping: false})).toBeUndefined();
  });
});
