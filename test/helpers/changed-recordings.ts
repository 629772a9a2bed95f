import {measureRun, type MeasuredRun} from '../../src/compare/run-metrics.js';
import type {RunEvent} from '../../src/runs/events.js';
import type {RunRecord} from '../../src/runs/run-record.js';
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
