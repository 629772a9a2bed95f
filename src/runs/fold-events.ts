import type {RunEvent} from './events.js';
import {addEpoch, epochRecord, reduceRun, type EpochRecord, type RunState} from './run-state.js';

/**
 * The state after many events: what `reduceRun` says after each of them. The history of a model is
 * copied once, not once for each of its epochs, of which there may be a hundred thousand.
 */
export function foldEvents(before: RunState, events: readonly RunEvent[]): RunState {
  const histories = new Map<string, EpochRecord[]>();
  let run = before;
  for (const event of events) {
    if (event.type !== 'epoch.ended') {
      // Only a run that starts again asks what was learned before.
      if (event.type === 'run.started' || event.type === 'run.continued')
        run = withHistories(run, histories);
      run = reduceRun(run, event);
      continue;
    }
    const model = run.models.find(({name}) => name === event.model);
    run = {...run, lastSeq: event.seq};
    if (model === undefined) continue;
    const history = histories.get(model.name) ?? [...model.history];
    histories.set(model.name, history);
    addEpoch(history, epochRecord(event));
    run = {...run, memoryBytes: event.memoryBytes};
  }
  return withHistories(run, histories);
}

function withHistories(run: RunState, histories: Map<string, EpochRecord[]>): RunState {
  if (histories.size === 0) return run;
  const models = run.models.map(model => {
    const history = histories.get(model.name);
    return history === undefined ? model : {...model, history};
  });
  histories.clear();
  return {...run, models};
}
