import {startedTogether} from '../../app/find-runs.js';
import type {RunState} from '../../runs/run-state.js';
import {liveItems} from './live-items.js';
import {openedRun} from './selectors.js';
import type {Snapshot} from './snapshot.js';

/** Runs that differ in nothing but the seed: the seeds of a design have its name. */
type Design = {readonly name: string; readonly runs: readonly RunState[]};

/**
 * The runs whose curves stand in one chart: those of the live screen, or those that started together
 * with the open run. A run without a finished epoch has no curve yet.
 */
export function overlaidRuns(snapshot: Snapshot, run: RunState): readonly Design[] {
  const record = openedRun(snapshot);
  const together =
    snapshot.state.screen === 'live' || record === undefined
      ? liveItems(snapshot).map(item => item.run)
      : startedTogether(record, snapshot.runs).map(({state}) => state);
  const runs = together.some(({id}) => id === run.id) ? together : [run, ...together];
  const designs = new Map<string, RunState[]>();
  for (const member of runs) {
    if (member.models.every(({history}) => history.length === 0)) continue;
    designs.set(member.experiment, [...(designs.get(member.experiment) ?? []), member]);
  }
  return [...designs].map(([name, members]) => ({name, runs: members}));
}
