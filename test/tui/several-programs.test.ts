import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import {RunFolder} from '../../src/runs/run-folder.js';
import type {RunRecord} from '../../src/runs/run-record.js';
import {initialRunState} from '../../src/runs/run-state.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';
import {frameOf, mountSnapshot} from '../helpers/frames.js';
import {
  recordedEvents,
  recordedRecords,
  recordOf,
  snapshotOf,
  stateAfter,
} from '../helpers/interface-fixture.js';
import {scenes} from '../helpers/scenes.js';

afterEach(cleanup);

const size = {columns: 100, rows: 30};
const records = await recordedRecords();
const live = (await scenes())['live'] as Snapshot;
const ended = recordOf(records, 'multi-output');
const running: RunRecord = {
  ...ended,
  status: 'running',
  state: stateAfter(recordedEvents(records, 'multi-output'), 5),
};

/** A queue of another program: the running run, and one that waits. */
function queueElsewhere(holder: 'here' | 'elsewhere' | undefined): Snapshot['queuesElsewhere'] {
  const items = [
    {key: '1', name: 'multi-output', run: running.folder.id},
    {key: '2', name: 'separate', run: undefined},
  ];
  return [{id: 'q', holder, items: holder === undefined ? items.slice(0, 1) : items}];
}

function withQueue(holder: 'here' | 'elsewhere' | undefined): Snapshot {
  const queuesElsewhere = queueElsewhere(holder);
  return snapshotOf({runs: [running], queuesElsewhere, state: {screen: 'live'}});
}

describe('a queue that another program works on', () => {
  it('is shown as one’s own where that program is on this machine', () => {
    const frame = frameOf(withQueue('here'), size);
    expect(frame).toContain('▶ 1/2');
    expect(frame).toMatch(/▸▶ multi-output +\d+ %/);
    expect(frame).toMatch(/○ separate +queued/);
    expect(frame).not.toContain('elsewhere');
    expect(frame).toMatch(/p pause .*n next/);
  });

  it('is said to be elsewhere where it is on another machine', () => {
    const frame = frameOf(withQueue('elsewhere'), size);
    expect(frame).toContain('▶ elsewhere');
    expect(frame).toMatch(/\(elsewhere\) +\d+ %/);
    expect(frame).toMatch(/○ separate +elsewhere/);
  });

  it('is where R on one of its runs leads to', async () => {
    const {press, frame, controller} = mountSnapshot(
      {...withQueue('here'), state: {...snapshotOf({}).state, screen: 'runs'}},
      size,
    );
    await press('R');
    expect(controller.state.screen).toBe('live');
    expect(frame()).toContain('multi-output is in the queue of another program');
  });
});

describe('the number of the run in the header', () => {
  it('never exceeds the number of runs of its queue', () => {
    const items = live.queue.items.map(item => ({
      ...item,
      run: {...item.run, status: 'completed' as const},
    }));
    const id = '20260101-000000-another-0001';
    const another = {
      ...running,
      folder: new RunFolder(`/runs/${id}`),
      state: {...running.state, id},
    };
    const all = {...live, queue: {...live.queue, items}, runs: [another]};
    const header = frameOf(all, size).split('\n')[0];
    expect(header).not.toContain(`${items.length + 1}/${items.length}`);
    expect(header).toContain('▶ 1/1');
  });
});

describe('a run of the own queue that another program has resumed', () => {
  it('is shown as it is there, and not as it ended here', () => {
    const [first] = live.queue.items;
    if (first === undefined) throw new Error('The queue is empty.');
    const {message, run} = {
      message: 'another program trains it',
      run: initialRunState(running.state.id),
    };
    const failure = {message, hint: undefined, exitCode: 1};
    const item = {...first, run: {...run, status: 'failed' as const, failure, lastSeq: 3}};
    const queue = {items: [item], stopping: false};
    const frame = frameOf(snapshotOf({runs: [running], queue, state: {screen: 'live'}}), size);
    expect(frame).not.toContain('failed');
    expect(frame).toMatch(/▸▶ multi-output/);
  });
});

describe('before the runs of the folder are read', () => {
  it.each([
    ['live', 'Nothing runs'],
    ['runs', 'There are no runs yet'],
    ['compare', 'Nothing to compare'],
    ['predictions', 'No run has predictions'],
  ] as const)('the screen %s does not say that there are none', (screen, text) => {
    const reading = snapshotOf({isReadingRuns: true, state: {screen}});
    expect(frameOf(reading, size)).toContain('Reading the runs …');
    expect(frameOf(reading, size)).not.toContain(text);
    expect(frameOf({...reading, isReadingRuns: false}, size)).toContain(text);
  });
});
