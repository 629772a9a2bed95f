import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {EventLogReader, EventLogWriter} from '../../src/runs/event-log.js';
import type {RunEvent} from '../../src/runs/events.js';
import {RunsWatcher} from '../../src/runs/run-record.js';
import {foldEvents, initialRunState, type RunState} from '../../src/runs/run-state.js';
import {recordedRecords, recordOf} from '../helpers/interface-fixture.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeRun} from '../helpers/written-runs.js';

const event = (seq: number): RunEvent => ({
  seq,
  at: '',
  run: 'r',
  type: 'log.written',
  level: 'info',
  message: `ümlaut ${seq}`,
});

describe('the log of a run', () => {
  it('is empty where there is no file', async () => {
    expect(await new EventLogReader(path.join(temporaryFolder(), 'none')).readNew()).toEqual([]);
  });

  it('is read once as a whole and then by what was added', async () => {
    const file = path.join(temporaryFolder(), 'events.jsonl');
    const writer = new EventLogWriter(file);
    const reader = new EventLogReader(file);
    for (let seq = 1; seq <= 3000; seq++) writer.append(event(seq));
    expect((await reader.readNew()).map(({seq}) => seq)).toEqual(
      Array.from({length: 3000}, (_, index) => index + 1),
    );
    writer.append(event(3001));
    expect(await reader.readNew()).toEqual([event(3001)]);
    expect(await reader.readNew()).toEqual([]);
    writer.close();
  });

  it('waits for the rest of a torn line, even inside a character', async () => {
    const file = path.join(temporaryFolder(), 'events.jsonl');
    const line = Buffer.from(`${JSON.stringify(event(1))}\n`);
    const cut = line.indexOf(0xc3) + 1;
    const reader = new EventLogReader(file);
    writeFileSync(file, line.subarray(0, cut));
    expect(await reader.readNew()).toEqual([]);
    appendFileSync(file, line.subarray(cut));
    expect(await reader.readNew()).toEqual([event(1)]);
  });

  it('continues after a torn line without appending to it', async () => {
    const file = path.join(temporaryFolder(), 'events.jsonl');
    writeFileSync(file, `${JSON.stringify(event(1))}\n{"type":"epoch.en`);
    const writer = new EventLogWriter(file);
    writer.append(event(2));
    writer.close();
    expect(await new EventLogReader(file).readNew()).toEqual([event(1), event(2)]);
    expect(readFileSync(file, 'utf8')).not.toContain('epoch.en');
  });

  it('gives the same state without the batches of epochs that have ended', async () => {
    for (const {folder} of await recordedRecords()) {
      const all = await new EventLogReader(folder.events).readNew();
      const some = await new EventLogReader(folder.events, true).readNew();
      const state = (events: readonly RunEvent[]): RunState =>
        foldEvents(initialRunState(folder.id), events);
      expect(state(some)).toEqual(state(all));
    }
    const {folder} = recordOf(await recordedRecords(), 'multi-output');
    const epochs = (await new EventLogReader(folder.events, true).readNew()).flatMap(fact =>
      fact.type === 'batch.ended' ? [fact.epoch] : [],
    );
    expect(new Set(epochs)).toEqual(new Set([8]));
  });
});

describe('the runs of a folder that are followed', () => {
  const runsWith = (lines: number): string => {
    const runs = temporaryFolder();
    const folder = writeRun(runs, {id: '20260101-000000-a-0000', experiment: 'a', heads: {}});
    const writer = new EventLogWriter(folder.events);
    for (let seq = 1; seq <= lines; seq++) writer.append({...event(seq), seq: 100 + seq});
    writer.close();
    return runs;
  };

  it('are read once by polls that come at the same time', async () => {
    const watcher = new RunsWatcher(runsWith(5));
    const [first, second, third] = await Promise.all([
      watcher.poll(),
      watcher.poll(),
      watcher.poll(),
    ]);
    expect(first?.[0]?.state.log).toHaveLength(5);
    expect(second).toBe(first);
    expect(third).toBe(first);
  });

  it('are the newest ones where somebody asks for some', async () => {
    const runs = runsWith(0);
    writeRun(runs, {id: '20260101-000001-b-0000', experiment: 'b', heads: {}});
    const watcher = new RunsWatcher(runs);
    const ids = async (limit?: number): Promise<string[]> =>
      (await watcher.poll(limit)).map(({folder}) => folder.id);
    expect(await ids(1)).toEqual(['20260101-000001-b-0000']);
    expect(await ids()).toEqual(['20260101-000001-b-0000', '20260101-000000-a-0000']);
  });
});
