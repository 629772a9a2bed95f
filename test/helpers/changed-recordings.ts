import {measureRun, type MeasuredRun} from '../../src/compare/run-metrics.js';
import type {RunEvent} from '../../src/runs/events.js';
import type {RunRecord} from '../../src/runs/run-record.js';
import {
  foldEvents,
  initialRunState,
  type EpochRecord,
  type RunState,
} from '../../src/runs/run-state.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';

/** Recorded runs as if their images were sliced by the labels of their heads. */
export function sliced(records: readonly RunRecord[]): Promise<readonly MeasuredRun[]> {
  return Promise.all(
    records.map(async record => {
      const measured = await measureRun(record);
      const heads = [...(measured.predictions?.heads ?? [])];
      const attributes = new Map(heads.map(([head, {labels}]) => [head, labels]));
      return {...measured, slices: {products: ['Male', 'Male x Smiling'], attributes}};
    }),
  );
}

/** A queue whose running trainer has sampled its machine every five seconds. */
export function withSamples({items, stopping}: Snapshot['queue']): Snapshot['queue'] {
  const system = Array.from({length: 60}, (_, index) => ({
    at: new Date(Date.UTC(2026, 10, 25) + index * 5000).toISOString(),
    processor: 0.9 + 0.05 * Math.sin(index),
    memoryBytes: 4e8 + 2e6 * index,
    imagesPerSecond: 900 + 40 * Math.cos(index / 3),
  }));
  return {stopping, items: items.map(item => ({...item, run: {...item.run, system}}))};
}

/** The recorded events with a loss that is not a number in the third epoch. */
export function withNaN(events: readonly RunEvent[]): RunEvent[] {
  return events.map(event =>
    event.type === 'epoch.ended' && event.epoch === 3
      ? {
          ...event,
          validation: {
            loss: Number.NaN,
            heads: {...event.validation.heads, Male: {loss: Number.NaN, accuracy: Number.NaN}},
          },
        }
      : event,
  );
}

/** A recorded run as another seed would have gone: with the same answers, on another way there. */
export function withSeed(record: RunRecord, seed: number, shift: number): RunRecord {
  const {folder, info, fault, state} = record;
  if (info === undefined) throw new Error(fault);
  const id = `${folder.id}-${seed}`;
  const shifted = (
    metrics: EpochRecord['validation'],
    epoch: number,
  ): EpochRecord['validation'] => ({
    ...metrics,
    heads: Object.fromEntries(
      Object.entries(metrics.heads).map(([head, own]) => [
        head,
        {...own, accuracy: own.accuracy + shift * Math.sin(epoch)},
      ]),
    ),
  });
  const models = state.models.map(model => ({
    ...model,
    history: model.history.map(own => ({...own, validation: shifted(own.validation, own.epoch)})),
  }));
  return {...record, info: {...info, seed}, state: {...state, id, models}};
}

/** The start of a recorded run of more images, before its first batch. */
export function readingImages(events: readonly RunEvent[]): RunState {
  const [started] = events.filter(({type}) => type === 'run.started');
  if (started === undefined) throw new Error('The run did not start.');
  const {seq, at, run} = started;
  const progress = {type: 'data.progressed', what: 'reading', done: 1200, total: 2640} as const;
  return foldEvents(initialRunState(run), [started, {seq: seq + 1, at, run, ...progress}]);
}
