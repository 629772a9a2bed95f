import {describe, expect, it} from 'vitest';
import {answering, isShared} from '../../src/model/answering.js';
import type {RunEvent, RunFact} from '../../src/runs/events.js';
import {foldEvents, headAccuracies, initialRunState} from '../../src/runs/run-state.js';

const networks = (...answers: (readonly string[] | undefined)[]) =>
  [
    {name: 'A+B', heads: ['A', 'B']},
    {name: 'A+C', heads: ['A', 'C']},
    {name: 'B+C', heads: ['B', 'C']},
  ].map((network, index) => ({...network, answers: answers[index]}));

const chosen = (all: ReturnType<typeof networks>): unknown[] =>
  ['A', 'B', 'C'].map(head => answering(all, head)?.name);

describe('a head that several networks have', () => {
  it('is answered by the first of them where none was found to be better', () => {
    expect(chosen(networks())).toEqual(['A+B', 'A+B', 'A+C']);
  });

  it('is answered by the last that was found to be better, so far', () => {
    expect(chosen(networks(['A', 'B'], ['A', 'C']))).toEqual(['A+C', 'A+B', 'A+C']);
    expect(chosen(networks(['A', 'B'], ['C'], ['B']))).toEqual(['A+B', 'B+C', 'A+C']);
  });

  it('is said with its network, and a head of one network is not', () => {
    expect(isShared(networks(), 'A')).toBe(true);
    expect(isShared(networks().slice(0, 1), 'A')).toBe(false);
  });

  it('is answered in a log as its checkpoint says: what was trained after it does not count', () => {
    const metrics = (accuracy: number) => ({
      loss: 1,
      heads: {A: {loss: 1, accuracy}, B: {loss: 1, accuracy}},
    });
    const ended = (model: string, accuracy: number): RunFact => ({
      ...{type: 'model.ended', model, answers: ['A'], epochs: 1, bestEpoch: 1, seconds: 1},
      ...{train: metrics(accuracy), validation: metrics(accuracy)},
    });
    const models = networks().map(({name, heads}) => ({name, heads, parameters: 1}));
    const facts: RunFact[] = [
      {
        ...{type: 'run.started', experiment: 'e', heads: ['A', 'B', 'C'], models},
        ...{epochs: 1, backend: 'b', pid: 1},
      },
      ended('A+B', 0.6),
      ended('A+C', 0.7),
    ];
    const run = facts.map((fact, at): RunEvent => ({...fact, seq: at + 1, at: '', run: 'r'}));
    const state = foldEvents(initialRunState('r'), run);
    expect(headAccuracies(state)[0]).toMatchObject({head: 'A', accuracy: 0.7});
    const continued = {type: 'run.continued', ended: ['A+B'], epoch: 1, batches: 0} as const;
    const resumed = foldEvents(state, [{...continued, seq: 4, at: '', run: 'r'}]);
    expect(headAccuracies(resumed)[0]).toMatchObject({head: 'A', accuracy: 0.6});
  });
});
