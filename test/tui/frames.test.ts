import {beforeAll, describe, expect, it} from 'vitest';
import {frameOf} from '../helpers/frames.js';
import {manyScenes} from '../helpers/many-scenes.js';
import {scenes} from '../helpers/scenes.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';

const sizes = [
  {columns: 60, rows: 20},
  {columns: 80, rows: 24},
  {columns: 120, rows: 40},
  {columns: 200, rows: 60},
];

describe.each([
  ['two heads and a few runs', scenes],
  ['forty heads and two hundred runs', manyScenes],
])('with %s', async (_, make) => {
  const all = await make();
  const names = Object.keys(all);
  beforeAll(() => expect(names.length).toBeGreaterThan(10));

  it.each(names)('the screen %s is drawn as recorded, in four sizes', async name => {
    const frames = sizes.map(size => {
      const frame = frameOf(all[name] as Snapshot, size)
        .split('\n')
        .map(line => line.trimEnd())
        .join('\n');
      return `= ${size.columns}x${size.rows} =\n${frame}\n`;
    });
    await expect(frames.join('\n')).toMatchFileSnapshot(`frames/${name}.txt`);
  });
});
