import {startedTogether} from '../../app/find-runs.js';
import {designKey, designNames, questionOf, type Design} from '../../compare/designs.js';
import {isDefinitionRead} from '../../runs/run-definition.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {RunState} from '../../runs/run-state.js';
import {liveItems} from './live-items.js';
import {openedRun} from './selectors.js';
import type {Snapshot} from './snapshot.js';

/** Runs that differ in nothing but the seed and the fold. */
type OverlaidDesign = {readonly name: string; readonly runs: readonly RunState[]};

/**
 * The runs whose curves stand in one chart: those of the live screen, or those that started together
 * with the open run. A run without a finished epoch has no curve yet.
 */
function drawnTogether(snapshot: Snapshot, run: RunState): readonly RunState[] {
  const record = openedRun(snapshot);
  const together =
    snapshot.state.screen === 'live' || record === undefined
      ? liveItems(snapshot).map(item => item.run)
      : startedTogether(record, snapshot.runs).map(({state}) => state);
  const runs = together.some(({id}) => id === run.id) ? together : [run, ...together];
  return runs.filter(({models}) => models.some(({history}) => history.length > 0));
}

/** The designs whose curves stand in one chart, named and told apart as in a comparison. */
export function overlaidRuns(snapshot: Snapshot, run: RunState): readonly OverlaidDesign[] {
  const records = new Map(snapshot.runs.map(record => [record.state.id, record]));
  const designs = new Map<string, {readonly design: Design; readonly runs: RunState[]}>();
  const drawn = drawnTogether(snapshot, run);
  // Until all definitions are read, the names alone tell.
  const areRead = drawn.every(({id}) => {
    const record = records.get(id);
    return record !== undefined && isDefinitionRead(record.folder);
  });
  for (const member of drawn) {
    const record = areRead ? records.get(member.id) : undefined;
    const definition = (record && questionOf(record)) ?? {};
    const design = {experiment: member.experiment, id: member.id, definition};
    const key = designKey(design);
    const runs = designs.get(key)?.runs ?? [];
    designs.set(key, {design: designs.get(key)?.design ?? design, runs: [...runs, member]});
  }
  const all = [...designs.values()];
  const names = designNames(all.map(({design}) => design));
  return all.map(({runs}, index) => ({name: names[index] ?? '', runs}));
}

/** The runs in one chart whose definitions nobody has read. */
export function undefinedOverlaid(snapshot: Snapshot, run: RunState): readonly RunRecord[] {
  const drawn = new Set(drawnTogether(snapshot, run).map(({id}) => id));
  return snapshot.runs.filter(
    ({state, folder}) => drawn.has(state.id) && !isDefinitionRead(folder),
  );
}
