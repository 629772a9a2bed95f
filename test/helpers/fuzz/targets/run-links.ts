import {spawnSync} from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {expect} from 'vitest';
import {showRuns} from '../../../../src/cli/runs.js';
import {compareRuns} from '../../../../src/compare/comparison.js';
import {saveComparison} from '../../../../src/report/page/save.js';
import {readResolved, stringifyExperiment} from '../../../../src/experiment/stringify.js';
import {assertTrainable} from '../../../../src/runs/folder-faults.js';
import {EventLogWriter} from '../../../../src/runs/event-log.js';
import {RunFolder} from '../../../../src/runs/run-folder.js';
import {listRuns} from '../../../../src/runs/run-record.js';
import {readRunFiles} from '../../../../src/tui/loading/load-run-files.js';
import {continuationOf} from '../../../../src/training/trainer/continuation.js';
import {writeCheckpoint} from '../../../../src/training/checkpoint.js';
import {placeFolder} from '../../../../src/util/place-folder.js';
import {writeAtomic} from '../../../../src/util/write-atomic.js';
import {tinyExperiment} from '../../experiments.js';
import {temporaryFolder} from '../../temporary-folder.js';
import {right, writeRun} from '../../written-runs.js';
import {expectPrintable, expectUserError, keptStreams} from '../handled.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';

const top = temporaryFolder('fuzz-links');
const runs = path.join(top, 'runs');
const outside = path.join(top, 'outside');
const CONFIG = 'c';
const SECRET = 'This is nobody else’s.';

const whole = writeRun(path.join(top, 'whole'), {
  id: '20260101-000000-whole-0001',
  experiment: 'whole',
  heads: {Male: right(6, 8)},
});
await writeAtomic(whole.experiment, stringifyExperiment(tinyExperiment()));
await writeCheckpoint(whole.checkpoints, {
  ...{version: 4, config: CONFIG, ended: [], progress: undefined, seconds: 1},
});

const places = [
  ...['run.json', 'experiment.yaml', 'events.jsonl', 'metrics.csv', 'summary.txt'],
  ...['predictions.csv', 'report.html', 'trainer.log', 'trainer.lock', 'checkpoints', 'models'],
  ...['models/m', 'models/m/model.json', 'models/m/weights.bin', 'checkpoints/latest.checkpoint'],
  ...['checkpoints/latest.checkpoint.1-0a1b2c3d.unfinished', 'tensorboard', 'tensorboard/train'],
  ...['split', 'export', 'export/tfjs', 'metrics.csv.1-0a1b2c3d.unfinished', '../comparisons'],
] as const;
const kinds = ['link', 'link to a folder', 'link to nowhere', 'loop', 'pipe', 'folder'] as const;
type Change = {readonly place: (typeof places)[number]; readonly kind: (typeof kinds)[number]};

function put(folder: string, {place, kind}: Change): void {
  const entry = path.join(folder, place);
  // Below a link it would be put outside.
  if (isOutside(path.dirname(entry))) return;
  try {
    mkdirSync(path.dirname(entry), {recursive: true});
  } catch {
    // Something else was put above it already.
    return;
  }
  if (!statSync(path.dirname(entry)).isDirectory()) return;
  rmSync(entry, {recursive: true, force: true});
  if (kind === 'pipe') spawnSync('mkfifo', [entry]);
  else if (kind === 'folder') mkdirSync(entry);
  else symlinkSync(targetOf(kind, entry), entry);
}

function targetOf(kind: Change['kind'], entry: string): string {
  if (kind === 'loop') return entry;
  if (kind === 'link to nowhere') return path.join(outside, 'missing');
  return kind === 'link' ? path.join(outside, 'secret') : outside;
}

/** Whether a folder, which may be missing yet, lies outside or would be made there. */
function isOutside(folder: string): boolean {
  if (!existsSync(folder)) return folder !== top && isOutside(path.dirname(folder));
  const inside = path.relative(realpathSync(outside), realpathSync(folder));
  return !inside.startsWith('..');
}

async function examine(changes: readonly Change[]): Promise<Outcome> {
  for (const folder of [runs, outside]) rmSync(folder, {recursive: true, force: true});
  mkdirSync(path.join(outside, 'below'), {recursive: true});
  for (const name of ['secret', 'below/file', 'latest.checkpoint.1-0a1b2c3d.unfinished'])
    writeFileSync(path.join(outside, name), SECRET);
  const folder = new RunFolder(path.join(runs, whole.id));
  cpSync(whole.path, folder.path, {recursive: true});
  for (const change of changes) put(folder.path, change);
  await readAll(changes.some(({place}) => place === '../comparisons'));
  const outcome = await trainIn(folder);
  expect(readdirSync(outside, {recursive: true}).sort()).toEqual([
    'below',
    'below/file',
    'latest.checkpoint.1-0a1b2c3d.unfinished',
    'secret',
  ]);
  for (const name of ['secret', 'below/file'])
    expect(readFileSync(path.join(outside, name), 'utf8')).toBe(SECRET);
  return outcome;
}

/** What looks at runs shows the run, and nothing of what its links lead to. */
async function readAll(isSaved: boolean): Promise<void> {
  const {stdout, stderr} = keptStreams();
  expect(await showRuns(runs, {stdout, stderr})).toBe(0);
  expect(stdout.text).toContain(whole.id);
  const records = await listRuns(runs);
  const comparison = await compareRuns(records);
  const shown = [stdout.text, stderr.text, JSON.stringify(comparison)];
  for (const {folder} of records) shown.push(JSON.stringify(await readRunFiles(folder)));
  expect(shown.join('\n')).not.toContain(SECRET);
  expectPrintable(stdout.text + stderr.text);
  // Drawing a page takes long: it is tried where its folder is another.
  if (!isSaved) return;
  await saveComparison(comparison, runs, {now: () => 0, version: '1'}).catch((error: unknown) =>
    expectUserError(error, 1),
  );
}

/** What a trainer does in a folder: refused as a whole, or done within it. */
async function trainIn(folder: RunFolder): Promise<Outcome> {
  try {
    assertTrainable(folder);
    readResolved(folder.experiment);
    new EventLogWriter(folder.events).close();
    await continuationOf(folder, CONFIG);
  } catch (error) {
    expectUserError(error, 1);
    return 'refused';
  }
  for (const file of [folder.metrics, folder.summary, folder.report])
    await writeAtomic(file, 'new').catch((error: Error) => expect(error.message).not.toBe(''));
  await placeFolder(folder.model('m'), {'model.json': 'new', 'weights.bin': 'new'}).catch(
    (error: Error) => expect(error.message).not.toBe(''),
  );
  return 'taken';
}

export const runLinks: FuzzTarget = fuzzTarget<readonly Change[]>({
  name: 'run-links',
  promise: 'nothing outside a run folder is read or changed, whatever links and pipes are in it',
  quick: 30,
  inputs: fc.array(
    fc.record({place: fc.constantFrom(...places), kind: fc.constantFrom(...kinds)}),
    {minLength: 1, maxLength: 3},
  ),
  examples: [
    ...places.map((place): Change[] => [{place, kind: 'link to a folder'}]),
    [
      {place: 'models', kind: 'link to a folder'},
      {place: 'models/m/model.json', kind: 'link'},
    ],
  ],
  examine,
});
