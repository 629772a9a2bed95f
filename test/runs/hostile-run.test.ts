import {spawnSync} from 'node:child_process';
import {appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {planResume} from '../../src/app/resume.js';
import {showRuns} from '../../src/cli/runs.js';
import {compareRuns} from '../../src/compare/comparison.js';
import {decodeEvent, encodeEvent, type RunEvent} from '../../src/runs/events.js';
import {EventLogReader, EventLogWriter} from '../../src/runs/event-log.js';
import {foldEvents, initialRunState, reduceRun} from '../../src/runs/run-state.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {listRuns, readRun} from '../../src/runs/run-record.js';
import {isProcessAlive} from '../../src/util/process-identity.js';
import {keptStreams} from '../helpers/fuzz/handled.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

const ID = '20260101-000000-broken-0001';

function broken(): {runs: string; folder: RunFolder} {
  const runs = temporaryFolder();
  writeRun(runs, {id: '20260102-000000-whole-0002', experiment: 'w', heads: {Male: right(3, 4)}});
  return {runs, folder: writeRun(runs, {id: ID, experiment: 'b', heads: {Male: right(2, 4)}})};
}

async function said(runs: string): Promise<string> {
  const {stdout, stderr} = keptStreams();
  expect(await showRuns(runs, {stdout, stderr})).toBe(0);
  expect(stdout.text).toContain('20260102-000000-whole-0002');
  return stderr.text;
}

const event = (seq: number, fact: object): RunEvent =>
  ({seq, at: '', run: ID, ...fact}) as unknown as RunEvent;
const metrics = {loss: 1, heads: {Male: {loss: 1, accuracy: 0.5}}};
const started = {
  type: 'run.started',
  experiment: 'e',
  heads: ['Male'],
  models: [{name: 'm', heads: ['Male'], parameters: 1}],
  epochs: 100_000,
  backend: 'b',
  pid: 1,
};
const epoch = (number: number): object => ({
  type: 'epoch.ended',
  model: 'm',
  epoch: number,
  train: metrics,
  validation: metrics,
  learningRate: 1,
  trainSeconds: 1,
  seconds: 1,
  imagesPerSecond: 1,
  memoryBytes: number,
});

describe('a run folder that is broken', () => {
  it('is named, with the reason, when it is of a newer program', async () => {
    const {runs, folder} = broken();
    writeFileSync(folder.info, '{"schemaVersion": 4}');
    expect(await said(runs)).toBe(
      `note: ${ID}: run.json has the schema version 4, of a newer celeba-tui. Expected 3: update celeba-tui\n`,
    );
    const {groups} = await compareRuns(await listRuns(runs));
    expect(groups.flatMap(group => group.runs.flatMap(run => run.problem ?? []))).toEqual([
      expect.stringContaining('a newer celeba-tui'),
    ]);
  });

  it('is named, with what to do, when it is of an older program, and is not resumed', async () => {
    const {runs, folder} = broken();
    const info = JSON.parse(readFileSync(folder.info, 'utf8')) as object;
    writeFileSync(folder.info, JSON.stringify({...info, schemaVersion: 1}));
    const old = '{"type":"run.finished","outcome":"cancelled","seconds":1,"peakMemoryBytes":1}';
    const kept = readFileSync(folder.events, 'utf8').trim().split('\n').slice(0, -1);
    writeFileSync(folder.events, [...kept, old].map(line => `${line}\n`).join(''));
    const fault =
      'run.json has the schema version 1, of an older celeba-tui. Expected 3: start the experiment again, or use the celeba-tui that wrote the run';
    expect(await said(runs)).toBe(`note: ${ID}: ${fault}\n`);
    expect((await readRun(folder)).status).toBe('unreadable');
    await expect(planResume([ID], runs)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(fault) as string,
    });
  });

  it.each(['events.jsonl', 'run.json'])('is named when %s is a folder', async name => {
    const {runs, folder} = broken();
    rmSync(path.join(folder.path, name));
    mkdirSync(path.join(folder.path, name));
    expect(await said(runs)).toMatch(new RegExp(`^note: ${ID}: ${name}: .+\n$`));
  });

  it.runIf(process.platform !== 'win32')('holds nobody up with pipes for files', async () => {
    const {runs, folder} = broken();
    for (const file of [folder.info, folder.events, folder.predictions, folder.experiment]) {
      rmSync(file);
      spawnSync('mkfifo', [file]);
    }
    expect(await said(runs)).toContain('run.json: it is a pipe, not a file');
    await compareRuns(await listRuns(runs));
  });

  it('tells the others nothing through a link out of the runs folder', async () => {
    const {runs} = broken();
    symlinkSync(temporaryFolder(), path.join(runs, '20260103-000000-link-0003'));
    expect((await listRuns(runs)).map(({folder}) => folder.id)).toHaveLength(2);
  });

  it('has no size for a model whose name is a path', () => {
    const {folder} = broken();
    for (const name of ['../../..', '/etc', 'a\\b', '.', '..', ''])
      expect(() => folder.model(name)).toThrow('is not the name of a model');
    expect(folder.model('multi-output')).toContain('models');
  });

  it('is not alive because a group of processes is', () => {
    expect([0, -1, 1.5, Number.NaN, 2 ** 60].map(pid => isProcessAlive({pid}))).toEqual(
      Array(5).fill(false),
    );
    expect(isProcessAlive({pid: process.pid})).toBe(true);
  });

  it('is a clear error where the runs folder is a file', async () => {
    const file = path.join(temporaryFolder(), 'runs');
    writeFileSync(file, '');
    await expect(listRuns(file)).rejects.toMatchObject({name: 'UserError', exitCode: 1});
  });
});

describe('a log that somebody changed', () => {
  it.each([
    {...started, models: undefined},
    {...started, models: [{name: 'm', heads: 'Male', parameters: 1}]},
    {...started, heads: {}},
    {...epoch(1), train: {loss: 1}},
    {...epoch(1), validation: {loss: 1, heads: {Male: null}}},
    {type: 'run.finished', status: 'won', seconds: 1, peakMemoryBytes: 1},
    {type: 'run.failed', message: 7, exitCode: 1},
    {type: 'toString'},
    {type: '__proto__'},
  ])('has no event in %j', fact => {
    expect(decodeEvent(JSON.stringify(event(1, fact)))).toBeUndefined();
  });

  it('keeps heads that are called like a number that JSON has no word for', () => {
    const strange = event(1, {...started, heads: ['NaN', 'Infinity']});
    expect(decodeEvent(encodeEvent(strange))).toEqual(strange);
  });

  it('says the same after a hundred thousand epochs as after each of them', async () => {
    const {folder} = broken();
    const lines = [
      event(1, started),
      ...Array.from({length: 99_999}, (_, at) => event(at + 2, epoch(at + 1))),
    ];
    writeFileSync(folder.events, lines.map(line => `${encodeEvent(line)}\n`).join(''));
    const {state} = await readRun(folder);
    expect(state.models[0]?.history).toHaveLength(99_999);
    expect([state.lastSeq, state.memoryBytes]).toEqual([100_000, 99_999]);
  });

  it('is folded at once as it is event by event', () => {
    const facts = [started, epoch(1), epoch(2), epoch(2), started, epoch(2), epoch(7), epoch(3)];
    const events = facts.map((fact, at) => event(at + 1, fact));
    const first = initialRunState(ID);
    expect(foldEvents(first, events)).toEqual(events.reduce(reduceRun, first));
  });

  it('is read past a line of many megabytes', async () => {
    const file = path.join(temporaryFolder(), 'events.jsonl');
    const paused = encodeEvent(event(1, {type: 'run.paused'}));
    writeFileSync(file, `${paused}\n`);
    for (let part = 0; part < 40; part++) appendFileSync(file, 'x'.repeat(1_000_000));
    const reader = new EventLogReader(file);
    expect(await reader.readNew()).toHaveLength(1);
    appendFileSync(file, `x\n${paused}\n`);
    expect(await reader.readNew()).toHaveLength(1);
    const torn = 'y'.repeat(200_000);
    appendFileSync(file, torn);
    new EventLogWriter(file).close();
    expect(await new EventLogReader(file).readNew()).toHaveLength(2);
  });
});
