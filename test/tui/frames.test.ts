import {beforeAll, describe, expect, it} from 'vitest';
import {frameOf} from '../helpers/frames.js';
import {scenes} from '../helpers/scenes.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';

const sizes = [
  {columns: 60, rows: 20},
  {columns: 80, rows: 24},
  {columns: 120, rows: 40},
];

const names = Object.keys(await scenes());

describe('the screen', () => {
  let all: Readonly<Record<string, Snapshot>>;
  beforeAll(async () => {
    all = await scenes();
  });

  describe.each(names)('%s', name => {
    it.each(sizes)('at $columns columns and $rows rows', async size => {
      const frame = frameOf(all[name] as Snapshot, size)
        .split('\n')
        .map(line => line.trimEnd())
        .join('\n');
      await expect(`${frame}\n`).toMatchFileSnapshot(
        `frames/${name}-${size.columns}x${size.rows}.txt`,
      );
    });
  });
});
