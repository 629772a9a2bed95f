import {fraction} from '../util/format.js';
import {ownValue} from '../util/own-value.js';
import type {RunRecord} from './run-record.js';
import {headAccuracies, trainingSeconds, type RunState} from './run-state.js';
import {mean, sum} from '../util/sum.js';

/** One fact about runs, by which a list of runs is filtered and sorted. */
export type RunFact = {
  readonly key: string;
  /** `words` are separated by blanks; a filter compares each by itself. */
  readonly kind: 'text' | 'words' | 'number' | 'seconds' | 'accuracy';
  /** Undefined or NaN where a run has none. */
  readonly value: (record: RunRecord) => string | number | undefined;
};

const fixedFacts: readonly RunFact[] = [
  {key: 'started', kind: 'text', value: ({folder}) => startedText(folder.id)},
  {key: 'experiment', kind: 'text', value: experimentOf},
  {key: 'status', kind: 'text', value: ({status}) => status},
  {key: 'accuracy', kind: 'accuracy', value: ({state}) => meanAccuracy(state)},
  {key: 'time', kind: 'seconds', value: ({state}) => trainingSeconds(state)},
  {key: 'seed', kind: 'number', value: ({info}) => info?.seed},
  {key: 'epochs', kind: 'number', value: ({state}) => state.epochs || undefined},
  {key: 'parameters', kind: 'number', value: ({state}) => parametersOf(state) || undefined},
  {key: 'tags', kind: 'words', value: ({notes}) => notes.tags.join(' ')},
  {key: 'note', kind: 'text', value: ({notes}) => notes.note},
];

/** Only a fact where some run tests on a fold. */
const fold: RunFact = {key: 'fold', kind: 'number', value: ({info}) => info?.fold};

/** A frame asks several times, and a folder may hold thousands of runs. */
const factsOf = new WeakMap<readonly RunRecord[], readonly RunFact[]>();

/** The facts that runs have: those of all runs, the keys of their matrices, the accuracy of each head. */
export function runFacts(records: readonly RunRecord[]): readonly RunFact[] {
  const before = factsOf.get(records);
  if (before !== undefined) return before;
  const axes = new Set(records.flatMap(({info}) => Object.keys(info?.variant ?? {})));
  const heads = new Set(records.flatMap(({state}) => state.heads));
  const folds = records.some(({info}) => info?.fold !== undefined) ? [fold] : [];
  const facts = [...fixedFacts, ...folds, ...[...axes].map(axisFact), ...[...heads].map(headFact)];
  factsOf.set(records, facts);
  return facts;
}

function axisFact(key: string): RunFact {
  return {
    key,
    kind: 'text',
    value: ({info}) => {
      const value = ownValue(info?.variant ?? {}, key);
      return typeof value === 'boolean' ? String(value) : value;
    },
  };
}

function headFact(head: string): RunFact {
  return {
    key: head,
    kind: 'accuracy',
    value: ({state}) =>
      state.heads.includes(head)
        ? headAccuracies({models: state.models, heads: [head]})[0]?.accuracy
        : undefined,
  };
}

export function experimentOf({
  folder,
  info,
  state,
}: Pick<RunRecord, 'folder' | 'info' | 'state'>): string {
  return state.experiment || (info?.experiment ?? folder.id.slice(16));
}

/** The facts of a run for programs, under the names of the CSV; what a run has not is null. */
export function runFactsJson({folder, info, fault, state, status, notes}: RunRecord) {
  const {fault: notesFault, ...written} = notes;
  const heads = headAccuracies(state).map(
    ({head, accuracy, part}) => [head, {accuracy, part}] as const,
  );
  return {
    id: folder.id,
    experiment: experimentOf({folder, info, state}),
    status,
    ...(info === undefined
      ? {started: null, seed: null, fold: null, variant: {}}
      : {
          ...{started: info.started, seed: info.seed, fold: info.fold ?? null},
          variant: info.variant,
        }),
    epochs: state.epochs || null,
    parameters: parametersOf(state) || null,
    seconds: trainingSeconds(state),
    accuracy: meanAccuracy(state),
    heads: Object.fromEntries(heads),
    ...written,
    problem: [fault, notesFault, state.failure?.message].find(text => text !== undefined) ?? null,
  };
}

function parametersOf({models}: RunState): number {
  return sum(models.map(model => model.parameters));
}

/** `2026-11-24 14:32:05` of a run's id; '' of a renamed one. */
function startedText(id: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
  return year === undefined ? '' : `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/**
 * `Male 0.885  Smiling 0.860`, or `mean 0.871 of 40 heads`; a dash where there is no accuracy yet. Where it is
 * not that of the test images, it says so: `Male 0.885  Smiling 0.860 (validation)`.
 *
 * @param mostHeads With more heads than this, their mean.
 */
export function accuracyText(run: RunState, mostHeads = 3): string {
  const text = (name: string, accuracy: number): string =>
    `${name} ${Number.isFinite(accuracy) ? fraction(accuracy, 3) : '-'}`;
  const accuracies = headAccuracies(run);
  const measured = accuracies.filter(({accuracy}) => Number.isFinite(accuracy));
  const parts = [...new Set(measured.map(({part}) => part))];
  const end = parts.includes('validation') ? ` (${parts.join(' and ')})` : '';
  if (run.heads.length > mostHeads)
    return `${text('mean', meanAccuracy(run))} of ${run.heads.length} heads${end}`;
  if (parts.length > 1)
    return accuracies
      .map(({head, accuracy, part}) => `${text(head, accuracy)} (${part})`)
      .join('  ');
  return `${accuracies.map(({head, accuracy}) => text(head, accuracy)).join('  ')}${end}`;
}

/** Mean accuracy over the heads; NaN where there is none. */
function meanAccuracy(run: RunState): number {
  const values = headAccuracies(run).map(({accuracy}) => accuracy);
  return mean(values);
}

/** The runs in the order of a fact; pinned ones come first, runs without the fact last. */
export function sortedRuns(
  records: readonly RunRecord[],
  {value}: RunFact,
  descending: boolean,
): readonly RunRecord[] {
  return records
    .map(record => ({record, value: value(record)}))
    .sort(
      (a, b) =>
        Number(b.record.notes.pinned) - Number(a.record.notes.pinned) ||
        compareValues(a.value, b.value, descending ? -1 : 1),
    )
    .map(({record}) => record);
}

const order = new Intl.Collator('en', {numeric: true});

/** @param sign -1 for descending. */
function compareValues(
  a: string | number | undefined,
  b: string | number | undefined,
  sign: 1 | -1,
): number {
  const [isA, isB] = [hasValue(a), hasValue(b)];
  if (!isA || !isB) return Number(isB) - Number(isA);
  const numbers = typeof a === 'number' && typeof b === 'number';
  return sign * (numbers ? a - b : order.compare(`${a}`, `${b}`));
}

export function hasValue(value: string | number | undefined): value is string | number {
  return value !== undefined && value !== '' && !Number.isNaN(value);
}
