import type {Dataset} from '../data/dataset.js';
import type {Experiment} from '../experiment/schema.js';
import type {RunFact} from '../runs/events.js';
import type {ModelProgress} from './checkpoint.js';
import type {TrainingControl} from './control.js';

/** What training a run needs from outside. */
export type TrainingContext = {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly emit: (fact: RunFact) => void;
  readonly control: TrainingControl;
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
  /** Resident memory of this process. */
  readonly memoryBytes: () => number;
  /** How long an epoch may go on before its middle is kept in a checkpoint, too. */
  readonly checkpointMs: number;
  /** Writes the checkpoint; returns its path, relative to the run's folder. */
  readonly saveProgress: (progress: ModelProgress) => Promise<string>;
};
