import {describe, expect, it} from 'vitest';
import {accuracyText} from '../../src/runs/run-facts.js';
import {initialRunState, type RunState} from '../../src/runs/run-state.js';

const accuracies = (heads: Readonly<Record<string, number>>) => ({
  loss: 1,
  heads: Object.fromEntries(
    Object.entries(heads).map(([head, accuracy]) => [head, {loss: 1, accuracy}]),
  ),
});

/** A network for each head; with a test part once it has ended. */
function runOf(heads: Readonly<Record<string, number>>, ended: readonly string[]): RunState {
  const models = Object.entries(heads).map(([name, accuracy]) => {
    const metrics = accuracies({[name]: accuracy});
    const final = {train: metrics, validation: metrics, test: metrics, bestEpoch: 1};
    const history = [{epoch: 1, validation: metrics}];
    return {name, heads: [name], parameters: 1, history, ...(ended.includes(name) && {final})};
  });
  return {...initialRunState('r'), heads: Object.keys(heads), models} as unknown as RunState;
}

describe('the accuracies of a run in a list', () => {
  const heads = {Male: 0.885, Smiling: 0.86};

  it('are those of the test images without a word', () => {
    expect(accuracyText(runOf(heads, ['Male', 'Smiling']))).toBe('Male 0.885  Smiling 0.860');
  });

  it('say that they are those of validation, of a run that was stopped', () => {
    expect(accuracyText(runOf(heads, []))).toBe('Male 0.885  Smiling 0.860 (validation)');
    expect(accuracyText(runOf(heads, []), 1)).toBe('mean 0.873 of 2 heads (validation)');
    expect(accuracyText(initialRunState('r'))).toBe('');
  });

  it('say it of each head where only some networks have ended', () => {
    expect(accuracyText(runOf(heads, ['Male']))).toBe(
      'Male 0.885 (test)  Smiling 0.860 (validation)',
    );
  });
});
