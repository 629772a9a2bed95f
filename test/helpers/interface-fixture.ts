import {readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import type {DataInfo} from '../../src/data/info.js';
import {listExperiments, type ListedExperiment} from '../../src/experiment/load.js';
import {decodeEvent, type RunEvent} from '../../src/runs/events.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {listRuns, type RunRecord} from '../../src/runs/run-record.js';
import {initialRunState, reduceRun, type RunState} from '../../src/runs/run-state.js';
import {initialInterfaceState, type InterfaceState} from '../../src/tui/state/interface-state.js';
import {emptySnapshot, type Snapshot} from '../../src/tui/state/snapshot.js';

/** What was recorded: `test/fixtures/interface/README.md`. */
export const recorded = fileURLToPath(new URL('../fixtures/interface', import.meta.url));
export const recordedRuns = path.join(recorded, 'runs');

export const dataInfo = JSON.parse(
  readFileSync(path.join(recorded, 'data-info.json'), 'utf8'),
) as DataInfo;

/** The recorded experiments, with paths as if they were at the root of the machine. */
export async function recordedExperiments(): Promise<readonly ListedExperiment[]> {
  const all = await listExperiments(path.join(recorded, 'experiments'));
  return all.map(entry => ({...entry, path: entry.path.replace(recorded, '')}));
}

/** The recorded runs, newest first, in folders at the root of the machine. */
export async function recordedRecords(): Promise<readonly RunRecord[]> {
  return listRuns(recordedRuns);
}

/** The events of the recorded run of an experiment. */
export function recordedEvents(records: readonly RunRecord[], experiment: string): RunEvent[] {
  const record = recordOf(records, experiment);
  return readFileSync(record.folder.events, 'utf8')
    .split('\n')
    .flatMap(text => decodeEvent(text) ?? []);
}

export function recordOf(records: readonly RunRecord[], experiment: string): RunRecord {
  const record = records.find(({state}) => state.experiment === experiment);
  if (record === undefined) throw new Error(`No run of ${experiment} is recorded.`);
  return record;
}

/** The state of a run after the events up to the end of an epoch, and some batches of the next. */
export function stateAfter(events: readonly RunEvent[], epoch: number): RunState {
  const end = events.findIndex(event => event.type === 'epoch.ended' && event.epoch === epoch);
  return events.slice(0, end + 4).reduce(reduceRun, initialRunState(events[0]?.run ?? ''));
}

export function snapshotOf(
  change: Partial<Omit<Snapshot, 'state'>> & {readonly state?: Partial<InterfaceState>},
): Snapshot {
  return {
    ...emptySnapshot,
    isReadingRuns: false,
    ...change,
    state: {...initialInterfaceState, ...change.state},
  };
}

/** A record as if it lay in another folder: frames don't depend on where the checkout is. */
export function movedTo(folder: string, record: RunRecord): RunRecord {
  return {...record, folder: new RunFolder(path.join(folder, record.folder.id))};
}
