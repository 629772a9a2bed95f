import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {EventLogReader, EventLogWriter} from '../../src/runs/event-log.js';
import type {RunEvent} from '../../src/runs/events.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

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

  it('goes on after a torn line without gluing to it', async () => {
    const file = path.join(temporaryFolder(), 'events.jsonl');
    writeFileSync(file, `${JSON.stringify(event(1))}\n{"type":"epoch.en`);
    const writer = new EventLogWriter(file);
    writer.append(event(2));
    writer.close();
    expect(await new EventLogReader(file).readNew()).toEqual([event(1), event(2)]);
    expect(readFileSync(file, 'utf8')).not.toContain('epoch.en');
  });
});
