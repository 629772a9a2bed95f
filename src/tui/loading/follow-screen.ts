import {Comparer} from '../../compare/comparer.js';
import {readPredictions} from '../../compare/predictions.js';
import {isBroken, type RunRecord} from '../../runs/run-record.js';
import {messageOf} from '../../util/user-error.js';
import type {Interface} from '../interface.js';
import type {Snapshot} from '../state/snapshot.js';
import {lookAtData} from './load-data.js';
import {readRunFiles} from './load-run-files.js';

/** Reads what the screen that is shown needs, and again when its runs go on. */
export function followScreen(to: Interface): () => void {
  const follow = onceAtATime(async () => {
    const snapshot = to.snapshot.get();
    const {screen} = snapshot.state;
    if (screen === 'run') await followFiles(to, snapshot);
    if (screen === 'run' || screen === 'predictions') await followPredictions(to, snapshot);
    if (screen === 'compare') await followComparison(to, snapshot);
    if (screen === 'data') lookAtData(to);
  });
  return to.snapshot.subscribe(follow);
}

/** A change while it works makes it work once more afterwards. */
function onceAtATime(work: () => Promise<void>): () => void {
  let working = false;
  let again = false;
  const start = (): void => {
    if (working) {
      again = true;
      return;
    }
    working = true;
    void work().finally(() => {
      working = false;
      if (again) {
        again = false;
        start();
      }
    });
  };
  return start;
}

const filesOf = new WeakMap<Interface, RunRecord>();

async function followFiles(to: Interface, {runs, state}: Snapshot): Promise<void> {
  const record = runs.find(({folder}) => folder.id === state.openRun);
  if (record === undefined || filesOf.get(to) === record) return;
  filesOf.set(to, record);
  to.update({files: await readRunFiles(record.folder)});
}

/** The run whose predictions are shown: the chosen one, else the latest that has finished. */
export function predictedRun({
  runs,
  state,
}: Pick<Snapshot, 'runs' | 'state'>): RunRecord | undefined {
  const {run} = state.predictions;
  return run === undefined
    ? runs.find(({status}) => status === 'completed' || status === 'stopped-early')
    : runs.find(({folder}) => folder.id === run);
}

async function followPredictions(to: Interface, snapshot: Snapshot): Promise<void> {
  const record = predictedRun(snapshot);
  const run = record?.folder.id;
  if (record === undefined || run === snapshot.predictions.run) return;
  try {
    const rows = await readPredictions(record.folder.predictions);
    to.update({predictions: {run, rows, error: undefined}});
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const text = missing ? 'This run has no predictions yet.' : messageOf(error);
    to.update({predictions: {run, rows: [], error: text}});
  }
}

/** The runs that are compared: the chosen ones, else those that were started together last. */
export function comparedRecords({
  runs,
  state,
}: Pick<Snapshot, 'runs' | 'state'>): readonly RunRecord[] {
  const {compared} = state;
  if (compared !== undefined) {
    return compared.flatMap(id => runs.find(({folder}) => folder.id === id) ?? []);
  }
  const [latest] = runs;
  if (latest === undefined || isBroken(latest.info)) return [];
  const {batch} = latest.info;
  return runs.filter(({info}) => !isBroken(info) && info.batch === batch).reverse();
}

type Compared = {readonly comparer: Comparer; records: readonly RunRecord[] | undefined};

const comparedBy = new WeakMap<Interface, Compared>();

async function followComparison(to: Interface, snapshot: Snapshot): Promise<void> {
  const records = comparedRecords(snapshot);
  const known = comparedBy.get(to) ?? {comparer: new Comparer(), records: undefined};
  const {records: before} = known;
  const same =
    before?.length === records.length && before.every((record, at) => record === records[at]);
  if (same) return;
  known.records = records;
  comparedBy.set(to, known);
  const ids = records.map(({folder}) => folder.id);
  try {
    const result = records.length === 0 ? undefined : await known.comparer.compare(records);
    to.update({comparison: {ids, result, error: undefined}});
  } catch (error) {
    to.update({comparison: {ids, result: undefined, error: messageOf(error)}});
  }
}
