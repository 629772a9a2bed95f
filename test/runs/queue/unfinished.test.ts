import {appendFileSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {planResume} from '../../../src/app/resume.js';
import {interruptionNotes} from '../../../src/app/start-notes.js';
import {configHash} from '../../../src/experiment/config-hash.js';
import {dismissOffered, offeredQueues} from '../../../src/runs/queue/unfinished.js';
import {encodeEvent} from '../../../src/runs/events.js';
import {tinyExperiment} from '../../helpers/experiments.js';
import {ends, leaveQueue} from '../../helpers/left-queues.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {right, writeRun} from '../../helpers/written-runs.js';

async function offered(runs: string): Promise<string[]> {
  const all: string[] = [];
  for await (const {journal, items} of offeredQueues(runs))
    all.push(`${journal.id}: ${items.map(({status}) => status).join(' ')}`);
  return all;
}

describe('a start', () => {
  it('offers what was interrupted and what waits behind it, not what somebody stopped', async () => {
    const runs = temporaryFolder();
    await leaveQueue(runs, 'a', ['completed', 'stopped', 'died', 'queued']);
    await leaveQueue(runs, 'b', ['stopped', 'queued', 'queued']);
    await leaveQueue(runs, 'c', ['completed', 'stopped']);
    expect(await offered(runs)).toEqual(['a: crashed queued']);
    // The last queue is another: what resumes this one is named.
    expect(await interruptionNotes(runs, 'command')).toEqual([
      'Unfinished runs: 1 crashed, 1 queued. To resume: celeba-tui run --resume a, or R on a run in the interface; to dismiss this reminder: celeba-tui runs --dismiss',
    ]);
  });

  it('offers what waits where the program was ended between two runs', async () => {
    const runs = temporaryFolder();
    await leaveQueue(runs, 'a', ['completed', 'queued']);
    expect(await offered(runs)).toEqual(['a: queued']);
  });

  it('says in the interface which keys act on it, in a line of 80 columns', async () => {
    const runs = temporaryFolder();
    await leaveQueue(runs, 'a', ['died', 'queued']);
    const [note] = await interruptionNotes(runs, 'interface');
    expect(note).toMatch(/R resumes one, Q all; D dismisses them\.$/);
    expect(note?.length).toBeLessThanOrEqual(80);
  });
});

describe('a queue of --needed whose command was started again', () => {
  it('is offered no more once a later run has the result, and does not train again', async () => {
    const runs = temporaryFolder();
    await leaveQueue(runs, 'a', ['died', 'queued'], {needed: true});
    await leaveQueue(runs, 'b', ['died']);
    expect(await offered(runs)).toEqual(['b: crashed', 'a: crashed queued']);
    writeRun(runs, {
      ...{id: '20260102-000000-c-0001', experiment: 'c', batch: 'c'},
      ...{heads: {Male: right(3, 4)}, configHash: configHash(tinyExperiment())},
    });
    // Without --needed, somebody may want the same twice.
    expect(await offered(runs)).toEqual(['b: crashed']);
    const {runs: planned} = await planResume(['a'], runs);
    expect(planned.map(({run}) => `${run.status} ${run.id}`)).toEqual(
      Array(2).fill('skipped 20260102-000000-c-0001'),
    );
  });
});

describe('what is dismissed', () => {
  it('is offered no more, until it resumes and is interrupted again', async () => {
    const runs = temporaryFolder();
    const [died] = await leaveQueue(runs, 'a', ['died', 'queued']);
    await leaveQueue(runs, 'b', ['died']);
    expect((await dismissOffered(runs)).map(({status}) => status)).toEqual([
      'crashed',
      'crashed',
      'queued',
    ]);
    expect(await offered(runs)).toEqual([]);
    expect(await interruptionNotes(runs, 'command')).toEqual([]);
    expect(await dismissOffered(runs)).toEqual([]);
    const event = {...ends.died, seq: 6, at: '', run: died?.id ?? ''};
    appendFileSync(died?.events ?? '', `${encodeEvent(event)}\n`);
    expect(await offered(runs)).toEqual(['a: crashed']);
  });

  it('stays offered where it cannot be written down, and that is said', async () => {
    const runs = temporaryFolder();
    await leaveQueue(runs, 'a', ['died']);
    mkdirSync(path.join(runs, '.queue', 'dismissed.json'));
    await expect(dismissOffered(runs)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('Nothing was dismissed: ') as string,
    });
    expect(await offered(runs)).toEqual(['a: crashed']);
  });

  it.each(['nonsense', '[]', '{"a": 5}', '{"a": {"1": "x"}}'])(
    'is nothing where its file holds %s',
    async text => {
      const runs = temporaryFolder();
      await leaveQueue(runs, 'a', ['died']);
      writeFileSync(path.join(runs, '.queue', 'dismissed.json'), text);
      expect(await offered(runs)).toEqual(['a: crashed']);
      await dismissOffered(runs);
      expect(await offered(runs)).toEqual([]);
    },
  );
});
