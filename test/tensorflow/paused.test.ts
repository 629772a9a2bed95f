import {describe, expect, it} from 'vitest';
import type {GraphNode} from '../../src/tensorflow/graph/builder.js';
import {PAUSE, pausedAt} from '../../src/tensorflow/graph/paused.js';

const node = (name: string, op: string, ...inputs: string[]): GraphNode => ({
  name,
  op,
  inputs: inputs.map(input => ({node: input, output: 0})),
  attributes: {T: {type: 'float32'}, dtype: {type: 'float32'}},
  after: [],
});
const nodes = [
  node('images', 'Placeholder'),
  node('weight', 'VarHandleOp'),
  node('read', 'ReadVariableOp', 'weight'),
  node('conv', 'Conv2D', 'images', 'read'),
  node('pool', 'MaxPool', 'conv'),
  node('loss', 'Mean', 'pool'),
  node('back', 'MaxPoolGrad', 'conv', 'pool', 'loss'),
  node('gradient', 'Conv2DBackpropFilter', 'images', 'back'),
  node('update', 'ResourceApplyGradientDescent', 'weight', 'gradient'),
];

/** Names of what a node needs, with itself. */
function needs(graph: readonly GraphNode[], name: string): Set<string> {
  const wanted = graph.find(candidate => candidate.name === name)!;
  const earlier = [...wanted.inputs.map(input => input.node), ...wanted.after];
  return new Set([name, ...earlier.flatMap(before => [...needs(graph, before)])]);
}

describe('a graph that pauses', () => {
  const paused = pausedAt(nodes, 'loss', 'scope');

  it('computes in the second run what follows the pause, from what the first has stored', () => {
    expect([...needs(paused, PAUSE)]).toEqual(expect.arrayContaining(['conv', 'stored/conv/0']));
    const second = needs(paused, 'update');
    expect(second).toContain('resumed/conv/0');
    for (const first of ['conv', 'pool', 'loss', 'stored/conv/0'])
      expect(second).not.toContain(first);
  });

  it('repeats the pooling, beside which TensorFlow computes its gradient fast', () => {
    expect(needs(paused, 'update')).toContain('again/pool');
    expect(needs(paused, PAUSE)).not.toContain('again/pool');
  });

  it('reads a weight before it is updated', () => {
    expect(paused.find(({name}) => name === 'update')?.after).toEqual(['read']);
  });
});
