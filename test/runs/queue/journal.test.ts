import {spawnSync} from 'node:child_process';
import {appendFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {lastInterruptedQueue, queueOf} from '../../../src/runs/queue/unfinished.js';
import {
  appendToJournal,
  queueIds,
  readJournal,
  recordStopped,
} from '../../../src/runs/queue/journal.js';
import {QueueJournal} from '../../../src/runs/queue/queue-journal.js';
import {journalFile} from '../../../src/runs/run-holder.js';
import {listRuns} from '../../../src/runs/run-record.js';
import type {RunFact} from '../../../src/runs/events.js';
import {tinyExperiment} from '../../helpers/experiments.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {writeRun} from '../../helpers/written-runs.js';

const ID = '20260101-000000-0000abcd';
const opened = {
  type: 'queue.opened',
  version: 3,
  settings: {backend: 'auto', failFast: false},
} as const;
const job = () => ({experiment: tinyExperiment(), file: 'tiny', variant: {}});

function runsWithJournal(...keys: readonly string[]): string {
  const runs = path.join(temporaryFolder(), 'runs');
  mkdirSync(path.join(runs, '.queue'), {recursive: true});
  appendToJournal(runs, ID, opened);
  appendToJournal(runs, ID, {type: 'items.added', items: keys.map(key => ({key, job: job()}))});
  return runs;
}

/** Gives the item a run with this last event, or without an end. */
function begin(runs: string, key: string, last: RunFact): string {
  const id = `20260101-00000${key}-tiny-000${key}`;
  writeRun(runs, {id, experiment: 'tiny', heads: {Male: [1]}, batch: ID, last});
  appendToJournal(runs, ID, {type: 'item.started', key, run: id});
  return id;
}
const stopped: RunFact = {
  type: 'run.finished',
  status: 'stopped',
  seconds: 1,
  peakMemoryBytes: 1,
};
const died: RunFact = {type: 'run.failed', message: 'm', exitCode: 4};

/** The status of each run, in parentheses where the queue leaves it alone. */
async function progress(runs: string, isUnattended: boolean): Promise<string[]> {
  const {journal} = await readJournal(runs, ID);
  if (journal === undefined) throw new Error('There is no journal.');
  return queueOf(journal, await listRuns(runs), isUnattended).items.map(({status, isUnfinished}) =>
    isUnfinished ? status : `(${status})`,
  );
}

describe('the journal of a queue', () => {
  it.each([
    '{"type":"items.ordered"}',
    '{"type":"items.ordered","keys":5}',
    '{"type":"items.ordered","keys":[5]}',
    '{"type":"items.added","items":[{"key":"1","job":{"experiment":{}}}]}',
    '{"type":"item.started","key":{}}',
    '{"type":"queue.detached","keys":null}',
    '{"type":7}',
    '[]',
    'null',
    '7',
  ])('with the faulty line %s is set aside with a note, and blocks nothing', async line => {
    const runs = runsWithJournal('1');
    appendFileSync(journalFile(runs, ID), line);
    const {queue, notes} = await lastInterruptedQueue(runs);
    expect(queue).toBeUndefined();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/cannot be used: line 5: .*It is set aside as .*faulty\.$/);
    expect(readdirSync(path.join(runs, '.queue'))).toEqual([`${ID}.faulty`]);
    expect(await lastInterruptedQueue(runs)).toEqual({queue: undefined, notes: []});
  });

  it('of an older version is named as such and set aside, and its runs keep their names', async () => {
    const runs = path.join(temporaryFolder(), 'runs');
    mkdirSync(path.join(runs, '.queue'), {recursive: true});
    appendFileSync(
      journalFile(runs, ID),
      `${JSON.stringify({...opened, version: 2})}\n{"type":"item.begun","key":"1","run":"a"}\n`,
    );
    const {queue, notes} = await lastInterruptedQueue(runs);
    expect(queue).toBeUndefined();
    expect(notes[0]).toContain(
      'an older version of celeba-tui wrote it. Expected journal version 3',
    );
    expect(notes[0]).toMatch(/Its runs can be resumed by their names\. It is set aside as/);
  });

  it.each([
    ['is torn', '{"type":"items.ord'],
    ['is of a newer version', '{"type":"items.painted","colour":1}'],
    ['is empty', ''],
  ])('reads past a line that %s', async (_what, line) => {
    const runs = runsWithJournal('1');
    appendFileSync(journalFile(runs, ID), line);
    appendToJournal(runs, ID, {type: 'items.added', items: [{key: '2', job: job()}]});
    expect((await readJournal(runs, ID)).journal?.items.map(({key}) => key)).toEqual(['1', '2']);
  });

  it.runIf(process.platform !== 'win32').each([
    ['a pipe', (file: string) => void spawnSync('mkfifo', [file])],
    ['a link', (file: string) => symlinkSync('/etc/hostname', file)],
    ['a folder', (file: string) => void mkdirSync(file)],
  ])('that is %s is set aside unread', async (what, make) => {
    const runs = path.join(temporaryFolder(), 'runs');
    mkdirSync(path.join(runs, '.queue'), {recursive: true});
    make(journalFile(runs, ID));
    expect((await readJournal(runs, ID)).fault).toContain(what);
    expect((await lastInterruptedQueue(runs)).notes).toHaveLength(1);
    expect(await queueIds(runs)).toEqual([]);
  });

  it('stays where it is while a process works on its queue', async () => {
    const runs = runsWithJournal('1');
    const {journal} = await readJournal(runs, ID);
    const queue = new QueueJournal(runs, ID, opened.settings, journal);
    await queue.open([]);
    appendFileSync(journalFile(runs, ID), '{"type":"items.ordered"}');
    expect((await lastInterruptedQueue(runs)).notes[0]).not.toContain('set aside');
    await queue.close();
    expect(await queueIds(runs)).toEqual([ID]);
  });

  it('is not written through a link in the place of its folder', async () => {
    const runs = path.join(temporaryFolder(), 'runs');
    const target = temporaryFolder();
    mkdirSync(runs);
    symlinkSync(target, path.join(runs, '.queue'));
    const queue = new QueueJournal(runs, ID, opened.settings);
    await expect(queue.open([])).rejects.toMatchObject({name: 'UserError', exitCode: 1});
    expect(readdirSync(target)).toEqual([]);
  });

  it('has no id that leads out of its folder', async () => {
    const runs = runsWithJournal('1');
    writeFileSync(path.join(runs, 'x.jsonl'), '');
    expect(() => journalFile(runs, '../x')).toThrow('is not the id of a queue');
    expect((await readJournal(runs, '../x')).journal).toBeUndefined();
  });
});

describe('a queue that was left', () => {
  it('leaves alone what had ended before, however it ended, and what was stopped since', async () => {
    const runs = runsWithJournal('1', '2', '3', '4', '5');
    begin(runs, '1', stopped);
    begin(runs, '2', died);
    begin(runs, '3', died);
    appendToJournal(runs, ID, {type: 'queue.detached', keys: ['3', '4', '5']});
    begin(runs, '4', stopped);
    expect(await progress(runs, true)).toEqual([
      '(stopped)',
      '(crashed)',
      'crashed',
      '(stopped)',
      'queued',
    ]);
    // A person resumes what they interrupted, too.
    expect(await progress(runs, false)).toEqual([
      ...['stopped', 'crashed', 'crashed', 'stopped', 'queued'],
    ]);
  });

  it('leaves a run alone that somebody stopped by itself, whoever resumes the queue', async () => {
    const runs = runsWithJournal('1', '2');
    const run = begin(runs, '1', stopped);
    await recordStopped(runs, ID, run);
    expect(await progress(runs, false)).toEqual(['(stopped)', 'queued']);
    const {queue} = await lastInterruptedQueue(runs);
    expect(queue?.items.filter(({isUnfinished}) => isUnfinished).map(({key}) => key)).toEqual([
      '2',
    ]);
  });
});
