import {compareRuns} from '../../src/compare/comparison.js';
import {readPredictions} from '../../src/compare/predictions.js';
import {measureRun} from '../../src/compare/run-metrics.js';
import type {QueueItem} from '../../src/runs/queue/queue-state.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {listRuns, type RunRecord} from '../../src/runs/run-record.js';
import {initialRunState, type RunState} from '../../src/runs/run-state.js';
import type {RunStatus} from '../../src/runs/status.js';
import {readRunFiles} from '../../src/tui/loading/load-run-files.js';
import {orderPredictions} from '../../src/tui/state/shown-images.js';
import {initialInterfaceState, type InterfaceState} from '../../src/tui/state/interface-state.js';
import {noData, type Snapshot} from '../../src/tui/state/snapshot.js';
import {
  dataInfo,
  recordedEvents,
  recordedExperiments,
  recordedRecords,
  recordOf,
  snapshotOf,
  stateAfter,
} from './interface-fixture.js';
import {plantedAffinity, withManyHeads} from './many-heads.js';
import {temporaryFolder} from './temporary-folder.js';
import {right, writeRun} from './written-runs.js';

const RUNS = 200;
const SCALES = [0.5, 1, 1.5, 2];
const SEEDS = 5;
const FILE = 'faces-of-many-people';
const statuses: readonly RunStatus[] = ['completed', 'completed', 'stopped', 'failed', 'crashed'];

/** Every screen with 40 heads and 200 runs on it. */
export async function manyScenes(): Promise<Readonly<Record<string, Snapshot>>> {
  const recorded = await recordedRecords();
  const original = recordOf(recorded, 'multi-output');
  const ended = withManyHeads(original.state);
  const runs = Array.from({length: RUNS}, (_, index) => manyRecord(original, ended, RUNS - index));
  const experiments = (await recordedExperiments()).flatMap(entry =>
    Array.from({length: 7}, (_, index) => ({
      ...entry,
      name: `${FILE}.${entry.name}-${index + 1}`,
    })),
  );
  const base = {experiments, dataProblems: new Map(), runs};
  const opened = runs[0] as RunRecord;
  const running = withManyHeads(stateAfter(recordedEvents(recorded, 'multi-output'), 5));
  const queue = {items: queueItems(experiments, ended, running), stopping: false};
  const live = (state: Partial<InterfaceState>): Snapshot =>
    snapshotOf({...base, queue, state: {screen: 'live', ...state}});
  const written = await writtenRuns();
  const [measured] = written;
  if (measured === undefined) throw new Error('No run was written.');
  const {run: result} = await measureRun(measured);
  const files = {
    ...(await readRunFiles(original.folder)),
    run: opened.folder.id,
    files: Array.from({length: 46}, (_, index) => ({
      name: index < 40 ? `models/Attribute_${index + 1}/weights.bin` : `checkpoint/${index}.bin`,
      bytes: 20_000 + 700 * index,
    })),
    log: Array.from({length: 60}, (_, index) => `Epoch ${index + 1}: the weights are saved.`).join(
      '\n',
    ),
  };
  const run = (runTab: InterfaceState['runTab'], state: Partial<InterfaceState> = {}): Snapshot =>
    snapshotOf({
      ...base,
      files,
      measured: {run: opened.folder.id, result, error: undefined},
      state: {screen: 'run', runTab, openRun: opened.folder.id, ...state},
    });
  const {rows} = await readPredictions(measured.folder.predictions);
  const predictions = {
    run: opened.folder.id,
    images: await orderPredictions(rows),
    error: undefined,
  };
  const lists = initialInterfaceState.lists;
  return {
    'many-experiments': snapshotOf(base),
    'many-live': live({}),
    'many-live-loss': live({curves: 'loss', pane: 1}),
    'many-heat-map': live({curves: 'heads'}),
    'many-live-runs': live({curves: 'runs'}),
    'many-runs': snapshotOf({...base, state: {screen: 'runs'}}),
    'many-runs-filter': snapshotOf({
      ...base,
      state: {
        screen: 'runs',
        lists: {
          ...lists,
          runs: {...lists.runs, filter: 'seed=1 scal>1', marked: new Set([opened.folder.id])},
        },
        prompt: {kind: 'filter', text: 'seed=1 scal>1', caret: 13, cursor: 0},
      },
    }),
    'many-run': run('curves'),
    'many-run-heat-map': run('curves', {curves: 'heads'}),
    'many-run-heads': run('heads'),
    'many-run-affinity': {...run('affinity'), files: {...files, affinity: plantedAffinity()}},
    'many-run-predictions': run('predictions'),
    'many-compare': snapshotOf({
      ...base,
      runs: written,
      comparison: {ids: [], result: await compareRuns(written), error: undefined},
      state: {screen: 'compare', compared: written.map(({folder}) => folder.id)},
    }),
    'many-predictions': snapshotOf({
      ...base,
      predictions,
      state: {
        screen: 'predictions',
        predictions: {...initialInterfaceState.predictions, run: opened.folder.id},
      },
    }),
    'many-data': snapshotOf({
      ...base,
      data: {...noData, asked: FILE, info: manyInfo(ended.heads)},
      state: {screen: 'data'},
    }),
    'many-run-files': run('files'),
    'many-run-log': run('log'),
    'many-help': live({help: true}),
    'many-palette': snapshotOf({
      ...base,
      state: {screen: 'runs', prompt: {kind: 'palette', text: '', caret: 0, cursor: 3}},
    }),
    'many-tags': snapshotOf({
      ...base,
      state: {
        screen: 'runs',
        lists: {
          ...lists,
          runs: {...lists.runs, marked: new Set(runs.map(({folder}) => folder.id))},
        },
        prompt: {kind: 'tags', text: 'thesis', caret: 6, cursor: 1},
      },
    }),
    'many-question': live({
      question: {
        text: `Stop ${FILE}.scale-0.5.multi-output with a checkpoint, and remove 79 queued runs?`,
        choices: [
          {key: 'y', label: 'stop', act: () => {}},
          {key: 'n', label: 'continue', act: () => {}},
        ],
      },
    }),
    'many-notice': live({
      notice: {
        text: `HTML, Markdown, CSV and JSON written to runs/.comparisons/20261125-032000-${FILE}`,
        role: 'good',
      },
    }),
    'many-sort': snapshotOf({
      ...base,
      state: {screen: 'runs', prompt: {kind: 'sort', text: '', caret: 0, cursor: 30}},
    }),
  };
}

/** One of many runs of a matrix, with another status and another tag than its neighbours. */
function manyRecord(record: RunRecord, state: RunState, index: number): RunRecord {
  const {info, fault} = record;
  if (info === undefined) throw new Error(fault);
  const scale = SCALES[Math.floor(index / SEEDS) % SCALES.length] ?? 1;
  const experiment = `${FILE}.scale-${scale}.multi-output`;
  const minutes = String(index % 60).padStart(2, '0');
  const hours = String(Math.floor(index / 60)).padStart(2, '0');
  const id = `20261125-${hours}${minutes}00-${experiment}-${String(index).padStart(4, '0')}`;
  const status = statuses[index % statuses.length] as RunStatus;
  return {
    folder: new RunFolder(`/runs/${id}`),
    info: {
      ...info,
      ...{id, experiment, seed: index % SEEDS, file: FILE},
      variant: {'data.image.scale': scale, 'training.optimizer.adam.learningRate': 0.001},
    },
    state: {...state, id, experiment, status},
    status,
    notes: {
      tags: index % 7 === 0 ? ['baseline', 'paper'] : [],
      note: index % 7 === 0 ? 'The one of the first table.' : '',
      pinned: index === 100,
    },
  };
}

function queueItems(
  experiments: Snapshot['experiments'],
  ended: RunState,
  running: RunState,
): readonly QueueItem[] {
  const parsed = experiments.find(({parsed: own}) => own !== undefined)?.parsed;
  const variant = parsed?.variants[0];
  if (parsed === undefined || variant === undefined) throw new Error('No experiment is valid.');
  return Array.from({length: RUNS}, (_, index): QueueItem => {
    const name = `${FILE}.scale-${SCALES[index % SCALES.length]}.multi-output`;
    const training = {...variant.experiment.training, seed: Math.floor(index / SCALES.length) + 1};
    const experiment = {...variant.experiment, name, training};
    const job = {experiment, variant: variant.variant, file: FILE};
    const run: RunState =
      index < 120
        ? {...ended, status: 'completed'}
        : index === 120
          ? {...running, status: 'running'}
          : initialRunState(String(index));
    return {key: String(index + 1), job, folder: undefined, run: {...run, experiment: name}};
  });
}

/** Runs of 20 designs with two seeds each, on 40 images with 40 heads. */
async function writtenRuns(): Promise<readonly RunRecord[]> {
  const runs = temporaryFolder();
  for (let index = 0; index < 40; index++) {
    const design = Math.floor(index / 2);
    const heads = Object.fromEntries(
      Array.from({length: 40}, (_, head) => [
        `Attribute_${head + 1}`,
        right(16 + ((design * 7 + head * 3 + (index % 2)) % 24), 40),
      ]),
    );
    writeRun(runs, {
      id: `20260101-0000${10 + index}-${FILE}-${index}`,
      experiment: `${FILE}.scale-${1 + design}`,
      file: FILE,
      heads,
      seed: index % 2,
      variant: {'data.image.scale': 1 + design},
      definition: {data: {image: {scale: 1 + design}}},
    });
  }
  return listRuns(runs);
}

function manyInfo(heads: readonly string[]) {
  const each = (value: (index: number) => number): Record<string, number> =>
    Object.fromEntries(heads.map((head, index) => [head, value(index)]));
  return {
    ...dataInfo,
    images: 202_599,
    balance: each(index => (index + 1) / 50),
    majority: each(index => Math.max((index + 1) / 50, 1 - (index + 1) / 50)),
    strata: {},
  };
}
