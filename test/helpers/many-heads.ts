import type {SplitMetrics} from '../../src/runs/events.js';
import type {AffinityFile} from '../../src/runs/affinity-file.js';
import type {RunState} from '../../src/runs/run-state.js';

/** CelebA's number of attributes. */
const HEADS = 40;

/** A run with 40 heads, each of which goes a way between those of the two heads of a recorded run. */
export function withManyHeads(run: RunState): RunState {
  const heads = Array.from({length: HEADS}, (_, index) => `Attribute_${index + 1}`);
  const [first = '', second = ''] = run.heads;
  const between = (index: number, a: number, b: number): number => a + ((b - a) * index) / HEADS;
  const split = (metrics: SplitMetrics): SplitMetrics => {
    const a = metrics.heads[first] ?? metrics.heads[second]!;
    const b = metrics.heads[second] ?? a;
    return {
      ...metrics,
      heads: Object.fromEntries(
        heads.map((head, index) => [
          head,
          {
            loss: between(index, a.loss, b.loss),
            accuracy: between(index, a.accuracy, b.accuracy),
          },
        ]),
      ),
    };
  };
  const baselines = Object.fromEntries(heads.map((head, index) => [head, 0.5 + index / 100]));
  return {
    ...run,
    heads,
    ...(run.data === undefined ? {} : {data: {...run.data, baselines}}),
    ...(run.batch === undefined ? {} : {batch: {...run.batch, train: split(run.batch.train)}}),
    partial: run.partial.map(({at, train}) => ({at, train: split(train)})),
    models: run.models.map(model => ({
      ...model,
      heads,
      history: model.history.map(record => ({
        ...record,
        train: split(record.train),
        validation: split(record.validation),
      })),
      final: model.final && {
        train: split(model.final.train),
        validation: split(model.final.validation),
        test: model.final.test && split(model.final.test),
      },
    })),
  };
}

/** Heads that help those of their own fourth, and hinder the others a little. */
export function plantedAffinity(): AffinityFile {
  const names = Array.from({length: HEADS}, (_, index) => `Attribute_${index + 1}`);
  const matrix = names.map((_, row) =>
    names.map((__, column) => {
      if (row === column) return 1;
      const strength = ((3 * row + 5 * column) % 10) / 10;
      return row % 4 === column % 4 ? 0.3 + 0.4 * strength : -0.2 * strength;
    }),
  );
  return {method: 'tag', every: 10, steps: 1200, names, matrix};
}
