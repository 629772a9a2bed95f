import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {initialRunState} from '../../src/runs/run-state.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';
import {paintedFrameOf} from '../helpers/frames.js';
import {scenes} from '../helpers/scenes.js';

const all = await scenes();

/** Controls of C0 and C1, DEL, and the marks that turn the direction of writing round. */
const control = fc.constantFrom(
  ...'\u0000\u0007\b\u000B\f\u000E\u001B\u007F\u0080\u0084\u0090\u009B\u009C\u009D\u009F',
  ...'\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069',
  '\u001B[2J',
  '\u001B]0;title\u0007',
  '\u009B31m',
  '\r',
  '\n',
);
const hostile = fc
  .array(fc.oneof(control, fc.string({unit: 'grapheme', maxLength: 3})), {maxLength: 12})
  .map(parts => parts.join(''));

/** Everything that the interface itself writes: lines, and colours of `m`. */
// eslint-disable-next-line no-control-regex -- these are what a frame may hold
const ownCodes = /\u001B\[[\d;]*m|\n/g;
/* eslint-disable no-control-regex -- and these what it may not */
const forbidden = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
/* eslint-enable no-control-regex */

function injected(name: string, text: string): Snapshot {
  const snapshot = all[name];
  if (snapshot === undefined) throw new Error(`There is no scene ${name}.`);
  const [running] = snapshot.queue.items;
  const log = [{at: '2026-11-25T00:00:00Z', level: 'warning' as const, message: text}];
  const failure = {message: text, hint: text, exitCode: 1};
  const run = {...initialRunState('1'), experiment: text, heads: [text], backend: text, log};
  return {
    ...snapshot,
    experiments: snapshot.experiments.map(entry => ({
      ...entry,
      name: `${entry.name}${text}`,
      error: entry.error === undefined ? undefined : new Error(text),
    })),
    runs: snapshot.runs.map(record => ({
      ...record,
      state: {...record.state, experiment: text, log, failure: record.state.failure && failure},
    })),
    queue: {
      ...snapshot.queue,
      items: running === undefined ? [] : [{...running, run: {...run, status: 'running'}}],
    },
    files: {...snapshot.files, summary: text, definition: text, log: text},
    state: {...snapshot.state, notice: {text, role: 'plain'}},
  };
}

describe('what stands in files', () => {
  const names = fc.constantFrom('experiments', 'live', 'runs', 'run-log', 'run-failed');
  const size = {columns: 100, rows: 30};

  it('reaches the terminal as text, whatever it holds', () => {
    fc.assert(
      fc.property(names, hostile, (name, text) => {
        const frame = paintedFrameOf(injected(name, text), size);
        expect(frame.replaceAll(ownCodes, '')).not.toMatch(forbidden);
      }),
      {numRuns: 60},
    );
  });
});
