import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const all = await scenes();

/** A screen of the recorded scenes that keys act on. */
function open(name: string, size = {columns: 120, rows: 40}) {
  return mountSnapshot(all[name] as Snapshot, size);
}

/** The row under the cursor. */
function cursorRow(frame: string): string {
  return frame.split('\n').find(line => line.includes('▸')) ?? '';
}

describe('the list of experiments', () => {
  it('moves its cursor to the ends, and shows the file under it', async () => {
    const {frame, press} = open('experiments');
    expect(frame()).toContain('╭─ broken ');
    await press('G');
    expect(cursorRow(frame())).toContain('smile-미소');
    expect(frame()).toContain('╭─ smile-미소 ');
    await press('g');
    expect(cursorRow(frame())).toContain('broken');
  });

  it('marks rows, filters by words, and goes back to all of them', async () => {
    const {frame, press} = open('experiments');
    await press('j');
    await press(' ');
    expect(cursorRow(frame())).toContain('●');
    await press('/');
    await press('multi');
    expect(frame()).toContain('/multi');
    expect(frame()).not.toContain('exploding');
    await press('\r');
    await press('\u001B[27u');
    expect(frame()).toContain('exploding');
    expect(frame()).toContain('●');
    await press('\u001B[27u');
    expect(frame()).not.toContain('●');
  });

  it('changes the epochs of the next start, and says why a broken file cannot run', async () => {
    const {frame, press} = open('experiments');
    await press('r');
    expect(frame()).toContain('broken is broken: e opens it in your editor.');
    await press('j');
    await press('+');
    expect(frame()).toMatch(/Experiments · next start: epochs=\d+/);
    await press('-');
    expect(frame()).not.toContain('next start');
  });

  it('scrolls the panel that Tab leads to', async () => {
    const {frame, press} = open('experiments', {columns: 80, rows: 24});
    await press('\t');
    await press('j');
    expect(frame()).toMatch(/broken 2–11 of \d+/);
  });
});

describe('the live screen', () => {
  it('switches its curves and shows another run of the queue', async () => {
    const {frame, press} = open('live');
    expect(frame()).toContain('Male accuracy');
    await press('y');
    expect(frame()).toContain('Male loss');
    await press('y');
    expect(frame()).toContain('Validation accuracy of all heads');
    await press('y');
    expect(frame()).toContain('Male validation accuracy of 2 designs');
    await press('y');
    expect(frame()).toContain('the trainer takes a sample every 5 seconds');
    await press('y');
    expect(frame()).toContain('Male accuracy');
    await press('j');
    expect(cursorRow(frame())).toContain('smile-미소');
    expect(frame()).toContain('Waiting in the queue.');
  });

  it('turns to the next heads where not all have room', async () => {
    const {frame, press} = open('live', {columns: 60, rows: 20});
    expect(frame()).toMatch(/Male accuracy [\d.]+ · head 1 of 2/);
    await press(']');
    expect(frame()).toContain('· head 2 of 2');
    await press('[');
    expect(frame()).toContain('· head 1 of 2');
  });

  it('offers the comparison in the narrowest footer once all runs of the queue have ended', () => {
    const {live} = all;
    if (live === undefined) throw new Error('There is no live screen.');
    const items = live.queue.items
      .slice(0, 2)
      .map(item => ({...item, run: {...item.run, status: 'completed' as const}}));
    const ended = {...live, queue: {...live.queue, items}};
    const size = {columns: 60, rows: 20};
    expect(mountSnapshot(ended, size).frame()).toMatch(/c compare[^\n]*: commands/);
    expect(mountSnapshot(live, size).frame()).not.toContain('c compare');
  });

  it('asks before it quits while a run is active, and stays at n', async () => {
    const {frame, press} = open('live');
    await press('q');
    expect(frame()).toContain('A run is in progress, 2 queued:  s stop it and quit');
    await press('n');
    expect(frame()).toContain('q quit');
  });
});

describe('the list of runs', () => {
  it('sorts by a column that is chosen, turns the order, and opens a run', async () => {
    const {frame, press} = open('runs');
    expect(frame()).toContain('Runs · by started ↓');
    await press('s');
    expect(frame()).toContain('Sort runs by');
    for (const letter of 'exper') await press(letter);
    await press('\r');
    expect(frame()).toContain('Runs · by experiment ↓');
    await press('S');
    expect(frame()).toContain('Runs · by experiment ↑');
    expect(cursorRow(frame())).toContain('exploding');
    await press('\r');
    expect(frame()).toContain('✗ failed');
    expect(frame()).toContain('[curves]');
  });

  it('filters by the facts of runs, and says what is wrong with a filter', async () => {
    const {frame, press} = open('runs');
    await press('/');
    for (const letter of 'status=failed') await press(letter);
    expect(frame()).toContain('Runs · 1 of 4 fit · by started ↓');
    expect(cursorRow(frame())).toContain('exploding');
    for (const letter of ' colour=3') await press(letter);
    expect(frame()).toContain('colour=3: No run has the key colour.');
  });

  it('keeps marks of runs that a filter hides, and counts them', async () => {
    const {frame, press} = open('runs');
    await press(' ');
    await press('/');
    for (const letter of 'separate') await press(letter);
    await press('\r');
    await press(' ');
    expect(frame()).toContain('2 marked, 1 of them hidden');
  });

  it.each([
    [60, 20],
    [80, 24],
    [120, 40],
    [200, 60],
  ])('shows the status and where each column is at %i columns', (columns, rows) => {
    const {frame} = mountSnapshot(all['runs'] as Snapshot, {columns, rows});
    expect(frame()).toContain('✓ completed');
    expect(frame()).toMatch(columns < 100 ? /\d more columns?: ← →/ : /Parameters/);
  });

  it('follows its cursor through more rows than it has lines', async () => {
    const runs = all['runs'] as Snapshot;
    const many = Array.from({length: 60}, (_, index) => {
      const record = runs.runs[index % runs.runs.length]!;
      const id = `20260101-0000${String(index).padStart(2, '0')}-many-0000`;
      return {...record, folder: Object.assign(Object.create(record.folder) as object, {id})};
    }) as unknown as Snapshot['runs'];
    const {frame, press} = mountSnapshot({...runs, runs: many}, {columns: 80, rows: 24});
    expect(frame()).toContain('Runs 1–18 of 60');
    await press('G');
    expect(frame()).toContain('Runs 43–60 of 60');
    expect(cursorRow(frame())).toContain('00:00:00');
    await press('\u001B[5~');
    expect(frame()).toContain('Runs 41–58 of 60');
  });
});

describe('one run', () => {
  it('turns its pages with Tab and back, and scrolls a long one', async () => {
    const {frame, press} = open('run', {columns: 80, rows: 24});
    for (const page of [
      'heads',
      'summary',
      'definition',
      'predictions',
      'files',
      'log',
      'curves',
    ]) {
      await press('\t');
      expect(frame()).toMatch(new RegExp(`\\[${page.slice(0, 4)}`));
    }
    await press('\u001B[Z');
    await press('h');
    expect(frame()).toContain('[files]');
    await press('\u001B[57u');
    for (let page = 0; page < 4; page++) await press('h');
    expect(frame()).toContain('Heads 1–16 of 31');
    await press('G');
    expect(frame()).toContain('Heads 16–31 of 31');
  });
});

describe('the predictions', () => {
  it('show the next image, and all images instead of mistakes', async () => {
    const {frame, press} = open('predictions');
    expect(frame()).toMatch(/1 of \d+ mistakes · most confident first/);
    await press('l');
    await press('\u001B[C');
    expect(frame()).toMatch(/3 of \d+ mistakes/);
    for (let kind = 0; kind < 3; kind++) await press('m');
    expect(frame()).toContain('1 of 200 images, mistakes first');
  });
});

describe('the help', () => {
  it('opens on every screen and closes with Esc', async () => {
    for (const [name, title] of [
      ['experiments', 'Keys: Experiments'],
      ['run', 'Keys: One run'],
      ['data', 'Keys: Data'],
    ] as const) {
      const {frame, press} = open(name);
      await press('?');
      expect(frame()).toContain(title);
      await press('\u001B[27u');
      expect(frame()).not.toContain(title);
    }
  });
});

describe('a run before its first numbers', () => {
  it('says which step of the start it has reached, in place of empty charts', async () => {
    const {frame, press} = open('live-start', {columns: 60, rows: 20});
    expect(frame()).toContain('✓ Loading TensorFlow: tfjs-node');
    expect(frame()).toContain('▶ Reading the images: 1,200 of 2,640');
    expect(frame()).toContain('○ Training on the first batch');
    expect(frame()).not.toContain('┤');
    await press('y');
    expect(frame()).toContain('▶ Reading the images');
  });

  it('has charts from the first batch on', () => {
    const {frame} = open('live', {columns: 60, rows: 20});
    expect(frame()).toContain('┤');
    expect(frame()).not.toContain('Training on the first batch');
  });

  it('is one sentence for a screen reader', () => {
    const {frame} = mountSnapshot(
      all['live-start'] as Snapshot,
      {columns: 60, rows: 20},
      {screenReader: true},
    );
    expect(frame()).toContain('Reading the images: 1,200 of 2,640.');
    expect(frame()).not.toContain('Building the network');
  });

  it('has no steps once it has ended without numbers', () => {
    const snapshot = all['live-start'] as Snapshot;
    const items = snapshot.queue.items.map(item => ({
      ...item,
      run: {...item.run, status: 'stopped' as const},
    }));
    const {frame} = mountSnapshot(
      {...snapshot, runs: [], queue: {...snapshot.queue, items}},
      {columns: 80, rows: 24},
    );
    expect(frame()).toContain('No curves: the run ended before its first batch.');
  });
});

describe('the seeds of runs', () => {
  const size = {columns: 60, rows: 20};

  it('are a column at 60 columns where runs share a name', () => {
    const {frame} = open('runs-seeds', size);
    expect(frame()).toMatch(/multi-output .* 11 +│/);
    expect(frame()).toMatch(/multi-output .* 12 +│/);
  });

  it('leave the room to other columns where they tell nothing apart', () => {
    expect(open('runs', size).frame()).not.toContain('Seed');
  });
});
