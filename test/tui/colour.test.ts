import {stripVTControlCharacters} from 'node:util';
import chalk from 'chalk';
import {describe, expect, it} from 'vitest';
import type {RunStatus} from '../../src/runs/status.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';
import {statusCell} from '../../src/tui/text/run-text.js';
import {appearance} from '../../src/tui/theme.js';
import {frameOf, paintedFrameOf} from '../helpers/frames.js';
import {scenes} from '../helpers/scenes.js';

const all = await scenes();
const names = Object.keys(all);
const size = {columns: 120, rows: 40};

function scene(name: string): Snapshot {
  const found = all[name];
  if (found === undefined) throw new Error(`There is no scene ${name}.`);
  return found;
}

function withList(name: string, list: 'experiments' | 'runs', change: object): Snapshot {
  const base = scene(name);
  const lists = {...base.state.lists, [list]: {...base.state.lists[list], ...change}};
  return {...base, state: {...base.state, lists}};
}

const blank = (frame: string): string => frame.replaceAll(/ +$/gm, '');

describe('colour', () => {
  it.each(names)('says nothing that the text does not, and is left out where asked: %s', name => {
    const painted = paintedFrameOf(scene(name), size);
    const plain = paintedFrameOf(scene(name), size, {color: false});
    expect(painted).not.toBe(stripVTControlCharacters(painted));
    expect(blank(stripVTControlCharacters(painted))).toBe(blank(stripVTControlCharacters(plain)));
    // eslint-disable-next-line no-control-regex -- colours of 256 and of 16 million, and the sixteen
    expect(plain).not.toMatch(/\u001B\[(3[0-8]|4[0-8])/);
  });

  it('is off with NO_COLOR, --no-color and a terminal that has none', () => {
    const wanted = {color: true, ascii: false};
    expect(appearance({NO_COLOR: '1'}, wanted).color).toBe(false);
    expect(appearance({NO_COLOR: ''}, wanted).color).toBe(true);
    expect(appearance({}, {...wanted, color: false}).color).toBe(false);
    expect(appearance({TERM: 'dumb'}, wanted).color).toBe(false);
  });

  it('gives a meaning the same colour on every screen', () => {
    // As many colours as chalk finds in this environment.
    const [failed] = chalk.hex('#FF7F50')('x').split('x');
    for (const [name, text] of [
      ['runs', '✗ failed'],
      ['run-failed', 'multi-output: the loss of Male'],
      ['experiments-broken', '✗ failed'],
    ] as const) {
      const [before = ''] = paintedFrameOf(scene(name), size).split(text);
      const sinceLastColour = before.slice(Math.max(0, before.lastIndexOf('\u001B[39m')));
      expect(sinceLastColour).toContain(failed);
    }
  });
});

describe('without colours', () => {
  const shown = (snapshot: Snapshot): string => frameOf(snapshot, size);

  it('every status of a run is another text, and another sign than success', () => {
    const statuses: Readonly<Record<RunStatus, boolean>> = {
      ...{queued: false, starting: false, running: false, paused: false},
      ...{completed: true, 'stopped-early': true, skipped: true},
      ...{stopped: false, interrupted: false, cancelled: false},
      ...{failed: false, crashed: false, unreadable: false},
    };
    const texts = Object.keys(statuses).map(status => statusCell(status as RunStatus).text);
    expect(new Set(texts).size).toBe(texts.length);
    for (const [status, isGood] of Object.entries(statuses))
      expect(statusCell(status as RunStatus).text.includes('✓')).toBe(isGood);
  });

  it('the cursor, a mark and a filter are seen', () => {
    const {experiments} = all['experiments'] as Snapshot;
    const [first, second] = experiments.map(({name}) => name);
    const at = shown(withList('experiments', 'experiments', {cursor: first}));
    expect(shown(withList('experiments', 'experiments', {cursor: second}))).not.toBe(at);
    const marked = withList('experiments', 'experiments', {
      cursor: first,
      marked: new Set([second]),
    });
    expect(shown(marked)).not.toBe(at);
    expect(shown(withList('runs', 'runs', {filter: 'separate'}))).not.toBe(shown(scene('runs')));
  });

  it('the screen that is open is in brackets', () => {
    for (const name of ['experiments', 'live', 'runs', 'compare', 'predictions', 'data'])
      expect(shown(scene(name)).split('\n')[0]?.toLowerCase()).toContain(`[${name}]`);
  });

  it('the best of a column has a star, a mistake is named, the curves have legends', () => {
    expect(shown(scene('compare'))).toContain('★');
    expect(shown(scene('compare-stopped'))).toMatch(/■ 0\.775/);
    // What was stopped has won nothing, and one run alone neither.
    expect(shown(scene('compare-stopped'))).not.toContain('★');
    expect(shown(scene('live'))).toMatch(/train.*val.*majority/);
    expect(shown(scene('live-overlay'))).toContain('━━');
  });
});
