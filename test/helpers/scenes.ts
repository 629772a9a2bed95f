import {comparisonOf, compareRuns} from '../../src/compare/comparison.js';
import {measureRun} from '../../src/compare/run-metrics.js';
import {readPredictions} from '../../src/compare/predictions.js';
import type {QueueItem} from '../../src/runs/queue/queue-state.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import type {RunStatus} from '../../src/runs/status.js';
import {initialRunState, type RunState} from '../../src/runs/run-state.js';
import {readRunFiles} from '../../src/tui/loading/load-run-files.js';
import {orderPredictions} from '../../src/tui/state/shown-images.js';
import {initialInterfaceState, type InterfaceState} from '../../src/tui/state/interface-state.js';
import {noData, type DataProblem, type Snapshot} from '../../src/tui/state/snapshot.js';
import {
  dataInfo,
  movedTo,
  recordedEvents,
  recordedExperiments,
  recordedRecords,
  recordOf,
  snapshotOf,
  stateAfter,
} from './interface-fixture.js';
import {readingImages, sliced, withNaN, withSamples, withSeed} from './changed-recordings.js';

/** Every screen with something on it, made of what was recorded. */
export async function scenes(): Promise<Readonly<Record<string, Snapshot>>> {
  const experiments = await recordedExperiments();
  const records = await recordedRecords();
  const runs = records.map(record => movedTo('/runs', record));
  const dataProblems = new Map<string, DataProblem | undefined>(
    experiments.flatMap(({name, parsed}) =>
      parsed === undefined
        ? []
        : [[name, name === 'separate' ? {what: 'data', text: NO_DATA} : undefined] as const],
    ),
  );
  const base = {experiments, dataProblems, runs};
  const opened = recordOf(records, 'multi-output');
  const compared = [recordOf(records, 'multi-output'), recordOf(records, 'separate')];
  const events = recordedEvents(records, 'multi-output');
  const queue = queueOf(experiments, [
    {experiment: 'separate', status: 'completed', run: recordOf(records, 'separate').state},
    {experiment: 'multi-output', status: 'running', run: stateAfter(events, 5)},
    {experiment: 'smile-미소', status: 'queued', run: initialRunState('3')},
    {experiment: 'sizes', status: 'queued', run: initialRunState('4')},
  ]);
  const others = runs.filter(({state}) => state.experiment !== 'multi-output');
  const live = (state: Partial<InterfaceState>): Snapshot =>
    snapshotOf({...base, runs: others, queue, state: {screen: 'live', ...state}});
  const run = (runTab: InterfaceState['runTab'], experiment = 'multi-output'): Snapshot =>
    snapshotOf({
      ...base,
      files,
      measured: {run: opened.folder.id, result, error: undefined},
      state: {screen: 'run', runTab, openRun: recordOf(records, experiment).folder.id},
    });
  const files = {...(await readRunFiles(opened.folder)), log: 'tfjs-node is loaded.'};
  const {rows} = await readPredictions(opened.folder.predictions);
  const {run: result} = await measureRun(opened);
  const failed = await measureRun(recordOf(records, 'exploding'));
  const stopped = {...opened, status: 'stopped' as const, state: stateAfter(events, 5)};
  const seeds = [
    opened,
    withSeed(opened, 11, 0.06),
    withSeed(opened, 12, -0.04),
    recordOf(records, 'separate'),
  ];
  const images = await orderPredictions(rows);
  const predictions = {run: opened.folder.id, images, error: undefined};
  return {
    experiments: snapshotOf(base),
    'experiments-broken': snapshotOf({
      ...base,
      state: {
        lists: {...snapshotOf({}).state.lists, experiments: cursorOn('broken')},
        nextStart: {'training.epochs': '3'},
      },
    }),
    'experiments-no-data': snapshotOf({
      ...base,
      state: {lists: {...snapshotOf({}).state.lists, experiments: cursorOn('separate')}},
    }),
    palette: snapshotOf({
      ...base,
      state: {screen: 'live', prompt: {kind: 'palette', text: 'run', caret: 3, cursor: 1}},
    }),
    settings: snapshotOf({
      ...base,
      state: {
        lists: {...snapshotOf({}).state.lists, experiments: cursorOn('separate')},
        nextStart: {'training.epochs': '3'},
        prompt: {kind: 'settings', text: '', caret: 0, cursor: 0},
      },
    }),
    folder: snapshotOf({
      ...base,
      folder: {path: '/photographs', names: ['celeba/', 'celeba.zip'], fault: undefined},
      state: {
        prompt: {kind: 'folder', text: '/photographs/', caret: 13, cursor: 1, problem: NO_DATA},
      },
    }),
    fetch: snapshotOf({
      ...base,
      state: {prompt: {kind: 'fetch', text: 'data/celeba', caret: 11, cursor: 0}},
    }),
    live: live({}),
    'live-loss': live({curves: 'loss'}),
    'live-overlay': live({curves: 'heads'}),
    'live-nan': snapshotOf({
      ...base,
      runs: [],
      queue: queueOf(experiments, [
        {experiment: 'multi-output', status: 'running', run: stateAfter(withNaN(events), 5)},
      ]),
      state: {screen: 'live'},
    }),
    'live-system': snapshotOf({
      ...base,
      runs: others,
      queue: withSamples(queue),
      state: {screen: 'live', curves: 'system'},
    }),
    'live-runs': snapshotOf({...base, runs, queue, state: {screen: 'live', curves: 'runs'}}),
    'live-start': snapshotOf({
      ...base,
      queue: queueOf(experiments, [
        {experiment: 'multi-output', status: 'starting', run: readingImages(events)},
      ]),
      state: {screen: 'live'},
    }),
    'live-empty': snapshotOf({...base, state: {screen: 'live'}}),
    runs: snapshotOf({...base, state: {screen: 'runs'}}),
    'runs-seeds': snapshotOf({
      ...base,
      runs: [withSeed(opened, 11, 0.06), withSeed(opened, 12, -0.04), ...runs].map(own => ({
        ...own,
        folder: new RunFolder(`/runs/${own.state.id}`),
      })),
      state: {screen: 'runs'},
    }),
    'runs-filter': snapshotOf({
      ...base,
      state: {
        screen: 'runs',
        lists: {...initialInterfaceState.lists, runs: {...cursorOn(''), filter: 'status=failed'}},
        prompt: {kind: 'filter', text: 'status=failed', caret: 13, cursor: 0},
      },
    }),
    'runs-sort': snapshotOf({
      ...base,
      state: {screen: 'runs', prompt: {kind: 'sort', text: '', caret: 0, cursor: 1}},
    }),
    'runs-tags': snapshotOf({
      ...base,
      state: {screen: 'runs', prompt: {kind: 'tags', text: 'baseline', caret: 8, cursor: 0}},
    }),
    'runs-note': snapshotOf({
      ...base,
      state: {
        screen: 'runs',
        prompt: {
          ...{kind: 'note', text: 'The one of the first table, with the wrong scale', caret: 48},
          cursor: 0,
          problem: 'The note is too long. Expected at most 2000 characters; received 2048.',
        },
      },
    }),
    run: run('curves'),
    'run-heads': run('heads'),
    'run-heads-failed': {
      ...run('heads', 'exploding'),
      measured: {run: failed.run.id, result: failed.run, error: undefined},
    },
    'run-summary': run('summary'),
    'run-definition': run('definition'),
    'run-predictions': run('predictions'),
    'run-files': run('files'),
    'run-log': run('log'),
    'run-failed': run('curves', 'exploding'),
    compare: snapshotOf({
      ...base,
      comparison: {
        ids: compared.map(({folder}) => folder.id),
        result: await compareRuns(compared),
        error: undefined,
      },
      state: {screen: 'compare', compared: compared.map(({folder}) => folder.id)},
    }),
    'compare-stopped': snapshotOf({
      ...base,
      runs: [stopped, recordOf(runs, 'separate')],
      comparison: {
        ids: [],
        result: await compareRuns([stopped, recordOf(records, 'separate')]),
        error: undefined,
      },
      state: {
        screen: 'compare',
        compared: [stopped, recordOf(records, 'separate')].map(({folder}) => folder.id),
      },
    }),
    'compare-seeds': snapshotOf({
      ...base,
      runs: seeds.map(own => ({...own, folder: new RunFolder(`/runs/${own.state.id}`)})),
      comparison: {ids: [], result: await compareRuns(seeds), error: undefined},
      state: {screen: 'compare', compared: seeds.map(({state}) => state.id)},
    }),
    'compare-slices': snapshotOf({
      ...base,
      comparison: {ids: [], result: comparisonOf(await sliced(compared)), error: undefined},
      state: {
        ...{screen: 'compare', slices: true},
        compared: compared.map(({folder}) => folder.id),
      },
    }),
    predictions: snapshotOf({
      ...base,
      predictions,
      state: {
        screen: 'predictions',
        predictions: {...initialInterfaceState.predictions, run: opened.folder.id},
      },
    }),
    'predictions-large': snapshotOf({
      ...base,
      predictions,
      state: {
        screen: 'predictions',
        predictions: {...initialInterfaceState.predictions, run: opened.folder.id, isLarge: true},
      },
    }),
    data: snapshotOf({
      ...base,
      data: {
        ...noData,
        asked: 'multi-output',
        info: dataInfo,
        task: {what: 'prepare', text: 'multi-output', done: 60, total: 136},
      },
      state: {screen: 'data'},
    }),
    help: snapshotOf({...base, state: {screen: 'runs', help: true}}),
    question: snapshotOf({
      ...base,
      queue,
      state: {screen: 'live', question: {text: 'A run is in progress:', choices: someChoices}},
    }),
  };
}

const NO_DATA =
  '/photographs: no such folder. Expected CelebA: img_align_celeba/ (or .zip) and list_attr_celeba.txt.';

const someChoices = [
  {key: 's', label: 'stop it and quit', act: () => {}},
  {key: 'l', label: 'leave it running', act: () => {}},
  {key: 'n', label: 'stay', act: () => {}},
];

function cursorOn(key: string): InterfaceState['lists']['runs'] {
  return {cursor: key, index: 0, marked: new Set(['multi-output']), filter: ''};
}

type Queued = {
  readonly experiment: string;
  readonly status: RunStatus;
  readonly run: RunState;
};

function queueOf(
  experiments: Snapshot['experiments'],
  queued: readonly Queued[],
): Snapshot['queue'] {
  const items = queued.map(({experiment, status, run}, index): QueueItem => {
    const parsed = experiments.find(({name}) => name === experiment)?.parsed;
    const variant = parsed?.variants[0];
    if (parsed === undefined || variant === undefined) throw new Error(`${experiment} is broken.`);
    const job = {
      experiment: variant.experiment,
      variant: variant.variant,
      file: parsed.file.name,
    };
    return {key: String(index + 1), job, folder: undefined, run: {...run, status}};
  });
  return {items, stopping: false};
}
