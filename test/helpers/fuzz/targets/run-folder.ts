import fc from 'fast-check';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';
import {
  comparisonCsv,
  comparisonJson,
  comparisonMarkdown,
  comparisonText,
} from '../../../../src/report/formats.js';
import {runList} from '../../../../src/cli/commands/list.js';
import {showRuns} from '../../../../src/cli/runs.js';
import {compareRuns} from '../../../../src/compare/comparison.js';
import {readPredictions} from '../../../../src/compare/predictions.js';
import {metricsCsv} from '../../../../src/runs/run-csv.js';
import {RunFolder} from '../../../../src/runs/run-folder.js';
import {listRuns, RunsWatcher} from '../../../../src/runs/run-record.js';
import {readRunFiles} from '../../../../src/tui/loading/load-run-files.js';
import {stringifyExperiment} from '../../../../src/experiment/stringify.js';
import {compareColumns} from '../../../../src/tui/text/compare-columns.js';
import {tinyExperiment} from '../../experiments.js';
import {right, writeRun} from '../../written-runs.js';
import {expectPrintable, keptStreams} from '../handled.js';
import {hostileText, hostileValue} from '../hostile-text.js';
import {mutated, mutations, type Mutation} from '../mutations.js';
import {putFile} from '../put-file.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';
import {temporaryFolder} from '../../temporary-folder.js';

const runs = temporaryFolder('fuzz-runs');
const WHOLE = '20260101-000000-whole-0001';
const BROKEN = '20260102-000000-broken-0002';

/** Two runs; the second is the one that is broken. */
writeRun(runs, {id: WHOLE, experiment: 'whole', heads: {Male: right(6, 8), Smiling: right(5, 8)}});
const good = writeRun(runs, {
  id: BROKEN,
  experiment: 'tiny',
  heads: {Male: right(7, 8), Smiling: right(8, 8)},
  attributes: {Male: right(4, 8)},
});
writeFileSync(good.experiment, stringifyExperiment(tinyExperiment('evaluation.slices=[Male]')));
writeFileSync(good.summary, 'Model: "m"\n');
writeFileSync(good.trainerLog, 'a line\n');
const files = [
  ...['run.json', 'events.jsonl', 'predictions.csv', 'slices.csv'],
  ...['experiment.yaml', 'summary.txt'],
];
const contents = new Map(files.map(name => [name, readFileSync(path.join(good.path, name))]));

const jsonPieces = [
  '{',
  '}',
  '[',
  ']',
  'null',
  'true',
  '"NaN"',
  '"Infinity"',
  '1e400',
  '"__proto__":{"polluted":1},',
  '"schemaVersion":4,',
  '"type":"run.failed",',
  '"seq":-1,',
  '"name":"../../..",',
  '\\u001b[2J',
  '\\ud800',
  ',,',
];

type Change =
  | {readonly kind: 'bytes'; readonly file: string; readonly changes: readonly Mutation[]}
  | {readonly kind: 'missing' | 'folder'; readonly file: string}
  | {readonly kind: 'text'; readonly file: string; readonly text: string};

const file = fc.constantFrom(...files);
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('bytes' as const),
      file,
      changes: mutations(jsonPieces),
    }),
  },
  fc.record({kind: fc.constantFrom('missing' as const, 'folder' as const), file}),
  fc.record({kind: fc.constant('text' as const), file, text: hostileText}),
  fc.record({
    kind: fc.constant('text' as const),
    file: fc.constant('run.json'),
    text: hostileInfo(),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('text' as const),
      file: fc.constant('events.jsonl'),
      text: fc.array(hostileEvent(), {minLength: 1, maxLength: 8}).map(lines => lines.join('')),
    }),
  },
  fc.record({
    kind: fc.constant('text' as const),
    file: fc.constant('predictions.csv'),
    text: hostilePredictions(),
  }),
);

/** A valid `run.json` in which some keys hold anything. */
function hostileInfo(): fc.Arbitrary<string> {
  const info = JSON.parse(contents.get('run.json')?.toString() ?? '') as Record<string, unknown>;
  const keys = [...Object.keys(info), 'git', 'backend', 'batch'];
  return fc
    .array(fc.tuple(fc.constantFrom(...keys), fc.oneof(hostileText, hostileValue)), {
      minLength: 1,
      maxLength: 3,
    })
    .map(changes => JSON.stringify({...info, ...Object.fromEntries(changes)}));
}

/** An event of a whole log in which some keys hold anything. */
function hostileEvent(): fc.Arbitrary<string> {
  const lines = (contents.get('events.jsonl')?.toString() ?? '').trim().split('\n');
  const events = lines.map(line => JSON.parse(line) as Record<string, unknown>);
  return fc
    .tuple(
      fc.constantFrom(...events),
      fc.array(fc.tuple(fc.nat(100), fc.oneof(hostileText, hostileValue)), {maxLength: 2}),
    )
    .map(([event, changes]) => {
      const keys = Object.keys(event);
      const own = changes.map(([key, value]) => [keys[key % keys.length], value] as const);
      return `${JSON.stringify({...event, ...Object.fromEntries(own)})}\n`;
    });
}

function hostilePredictions(): fc.Arbitrary<string> {
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const row = fc.tuple(hostileText, hostileText, fc.constantFrom('0', '1'), fc.nat(2));
  return fc
    .array(row, {maxLength: 6})
    .map(rows =>
      [
        'file,split,head,label,predicted,probability',
        ...rows.map(([name, head, label, answer]) =>
          [cell(name), 'test', cell(head), label, answer, '0.5'].join(','),
        ),
        '',
      ].join('\n'),
    );
}

async function examine(changes: readonly Change[]): Promise<Outcome> {
  for (const [name, bytes] of contents) put(name, bytes);
  for (const item of changes) {
    if (item.kind === 'bytes')
      put(item.file, mutated(contents.get(item.file) as Buffer, item.changes));
    else if (item.kind === 'text') put(item.file, Buffer.from(item.text));
    else put(item.file, undefined);
    if (item.kind === 'folder') mkdirSync(path.join(good.path, item.file));
  }
  const {stdout, stderr} = keptStreams();
  expect(await showRuns(runs, {stdout, stderr})).toBe(0);
  expect(stdout.text).toContain(WHOLE);
  expect(stdout.text).toContain(BROKEN);
  expect(await runList(path.join(runs, 'no experiments'), runs, {stdout, stderr})).toBe(0);
  const records = await listRuns(runs);
  const comparison = await compareRuns(records);
  stdout.write(comparisonText(comparison, {all: true}));
  stdout.write(comparisonJson(comparison));
  stdout.write(comparisonCsv(comparison));
  stdout.write(comparisonCsv(comparison, 'slices'));
  const markdown = comparisonMarkdown(comparison, {all: true});
  stdout.write(markdown);
  compareColumns(comparison, true, records);
  expectPrintable(stdout.text);
  expectPrintable(stderr.text);
  expect(markdown.replaceAll(/<\/?(details|summary)>/g, '')).not.toMatch(/[<>]/);
  records.forEach(({state}) => metricsCsv(state));
  expect(await new RunsWatcher(runs).poll()).toHaveLength(2);
  await readRunFiles(new RunFolder(good.path));
  await readPredictions(good.predictions).catch((error: unknown) =>
    expect(error).toBeInstanceOf(Error),
  );
  expect(({} as {polluted?: unknown}).polluted).toBeUndefined();
  return comparison.tests === 0 ? 'refused' : 'taken';
}

function put(name: string, bytes: Buffer | undefined): void {
  const target = path.join(good.path, name);
  if (bytes === undefined) rmSync(target, {recursive: true, force: true});
  else putFile(target, bytes);
}

export const runFolder: FuzzTarget = fuzzTarget({
  name: 'run-folder',
  promise: 'runs, list, compare and the interface work, whatever is in the folder of a run',
  quick: 120,
  inputs: fc.array(change, {minLength: 1, maxLength: 3}),
  examine,
});
