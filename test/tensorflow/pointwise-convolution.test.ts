import {createRequire} from 'node:module';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {crossEntropy} from '../../src/tensorflow/head-loss.js';
import {compileGraph} from '../../src/tensorflow/graph/compile.js';
import {findNativePackage, loadBackend} from '../../src/tensorflow/load.js';
import {networkOf} from '../../src/tensorflow/network.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {conv, experimentWith, make, randomBatch} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

describe('a training step', () => {
  it('never asks oneDNN for the gradient of a 1x1 filter with strides, which ends the process', async () => {
    const strided = [conv({kernel: 1, stride: 2, filters: 32, padding: 'same'}), {flatten: {}}];
    const experiment = experimentWith(strided, [], [16, 16]);
    const {step, dispose} = await make(backend, experiment, 'layers');
    const batch = randomBatch(3, [16, 16], 2, 1);
    const {kernels} = await backend.tf.profile(async () => {
      await step.trainBatch(batch, 0.01);
      return [];
    });
    expect(kernels.map(({name}) => name)).not.toContain('Conv2DBackpropFilter');
    dispose();
    const plan = modelPlans(experiment)[0]!;
    const model = buildModel(backend.tf, experiment, plan);
    const {bytes} = compileGraph({
      network: networkOf(model, plan),
      optimizer: {kind: 'sgd', learningRate: 1, weightDecay: 0},
      losses: [crossEntropy(), crossEntropy()],
      seed: 1,
      scope: 'filter_gradient',
    });
    model.dispose();
    const nodes = nodesOf(bytes).filter(({op}) => op === 'Conv2DBackpropFilter');
    expect(nodes.map(({strides}) => strides)).toEqual([[1, 1, 1, 1]]);
  });
});

type ReadNode = {
  getName(): string;
  getOp(): string;
  getAttrMap(): {get(key: string): {getList(): {getIList(): number[]}} | undefined};
};

/** The nodes of a saved graph as tfjs-node reads them, with their strides where they have any. */
function nodesOf(bytes: Uint8Array): {op: string; strides: number[] | undefined}[] {
  const messages = path.join(findNativePackage(process.env)!, 'dist', 'proto', 'api_pb.js');
  const {SavedModel} = createRequire(import.meta.url)(messages) as {
    SavedModel: {
      deserializeBinary(bytes: Uint8Array): {
        getMetaGraphsList(): {getGraphDef(): {getNodeList(): ReadNode[]}}[];
      };
    };
  };
  return SavedModel.deserializeBinary(bytes)
    .getMetaGraphsList()
    .flatMap(graph => graph.getGraphDef().getNodeList())
    .map(node => ({
      op: node.getOp(),
      strides: node.getAttrMap().get('strides')?.getList().getIList(),
    }));
}
