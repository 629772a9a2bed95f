import type {LayersModel} from '@tensorflow/tfjs';
import type {TrainingDefinition} from '../experiment/schema.js';
import {UserError} from '../util/user-error.js';
import {GraphStep} from './graph/graph-step.js';
import {LayersStep} from './layers-step.js';
import {networkOf, type Network, type NetworkVariable, type OutputPlan} from './network.js';
import type {UpdateRule} from './optimizer-spec.js';
import {precisionFor} from './precision.js';
import type {Backend} from './types.js';
import type {Precision, StepOptions, TrainingStep} from './training-step.js';

type CreateStepOptions = OutputPlan &
  Pick<StepOptions, 'losses' | 'seed' | 'mixup'> & {
    readonly backend: Backend;
    readonly model: LayersModel;
    readonly rule: UpdateRule;
    readonly choice: 'auto' | 'layers' | 'graph';
    readonly precision?: TrainingDefinition['precision'];
    readonly affinity?: TrainingDefinition['affinity'];
    /** The part of the network that the step trains, where it takes features; default: all of it. */
    readonly part?: Network<NetworkVariable> | undefined;
  };

type CreatedStep = {
  readonly step: TrainingStep;
  readonly precision: Precision;
  /** Why the step is not compiled, or computes in another precision, unless that was chosen. */
  readonly note: string | undefined;
};

/**
 * Makes the step that trains a model: the compiled one where the backend runs graphs, unless another
 * is chosen.
 *
 * @throws UserError where `graph` is chosen and the backend runs no graphs.
 */
export function createStep(options: CreateStepOptions): CreatedStep {
  const {backend, model, seed, mixup, choice} = options;
  const losses =
    options.activation === 'sigmoid'
      ? options.losses.map(loss => ({...loss, isSigmoid: true}))
      : options.losses;
  // A network of a group may have one head: nothing to balance.
  const rule = losses.length > 1 ? options.rule : {...options.rule, balance: undefined};
  const affinity = options.affinity?.method;
  const network = options.part ?? networkOf(model, options);
  const runsGraphs = choice !== 'layers' && backend.native !== undefined;
  const {precision, note} = precisionFor(options.precision, runsGraphs);
  const common = {...rule, tf: backend.tf, network, losses, mixup, precision, seed, affinity};
  if (choice !== 'layers' && backend.native !== undefined) {
    return {step: new GraphStep({...common, native: backend.native}), precision, note};
  }
  if (choice === 'graph') {
    throw new UserError(
      'training.step: the step cannot be compiled: this backend runs no graphs. Expected tfjs-node.',
      {hint: 'Use --set training.step=auto.'},
    );
  }
  const slow =
    choice === 'layers'
      ? undefined
      : 'The step is not compiled: this backend runs no graphs. Training is slower.';
  return {step: new LayersStep({...common, model}), precision, note: slow ?? note};
}
