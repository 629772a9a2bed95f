import type {QueueState} from '../../runs/queue/queue-state.js';
import type {ListedExperiment} from '../../experiment/load.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {WaitingElsewhere} from '../loading/waiting-elsewhere.js';
import type {ComparisonState} from './comparison-state.js';
import type {DataState} from './data-state.js';
import type {InterfaceState} from './interface-state.js';
import type {MeasuredState} from './measured-state.js';
import type {PredictionsState} from './predictions-state.js';
import type {RunFilesState} from './run-files-state.js';

export type Size = {readonly columns: number; readonly rows: number};

/** Everything that a frame is made of: the same snapshot gives the same frame. */
export type Snapshot = {
  readonly state: InterfaceState;
  readonly experiments: readonly ListedExperiment[];
  readonly runs: readonly RunRecord[];
  readonly queue: QueueState;
  /** Runs that wait in the queues of other programs. */
  readonly waitingElsewhere: readonly WaitingElsewhere[];
  readonly comparison: ComparisonState;
  readonly measured: MeasuredState;
  readonly predictions: PredictionsState;
  readonly files: RunFilesState;
  readonly data: DataState;
  readonly ascii: boolean;
};
