import {writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {affinityPairs, clustered} from '../../src/compare/affinity.js';
import {compareRuns} from '../../src/compare/comparison.js';
import {clusterOrder} from '../../src/compare/statistics/cluster-order.js';
import {comparisonCsv, comparisonMarkdown, comparisonText} from '../../src/report/formats.js';
import type {AffinityFile} from '../../src/runs/affinity-file.js';
import {readRun} from '../../src/runs/run-record.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

const heads = {Male: right(30, 40), Smiling: right(32, 40)};
const fileOf = (matrix: AffinityFile['matrix'], names = ['Male', 'Smiling']): AffinityFile => ({
  ...{method: 'tag', every: 10, steps: 20, names, matrix},
});

/** Compares runs of one design, one for each content of its `affinity.json`. */
async function compared(...contents: readonly string[]) {
  const runs = temporaryFolder('runs');
  const records = contents.map((content, index) => {
    const folder = writeRun(runs, {id: `a-${index}`, experiment: 'a', seed: index + 1, heads});
    writeFileSync(folder.affinity, content);
    return readRun(folder);
  });
  return compareRuns(await Promise.all(records));
}

describe('the affinity of heads in a comparison', () => {
  it('is left out where its file cannot be read, or has another shape', async () => {
    const {groups} = await compared(
      'not JSON',
      JSON.stringify(fileOf([[1, 0.1]])),
      JSON.stringify({...fileOf([]), names: []}),
    );
    expect(groups[0]?.affinity).toBeUndefined();
    const comparison = await compared('');
    expect(comparisonText(comparison)).not.toContain('affinity');
    expect(comparisonCsv(comparison, 'affinity').trim().split('\n')).toHaveLength(1);
  });

  it('is the mean over the seeds that measured it, in a table, in Markdown and as CSV', async () => {
    const comparison = await compared(
      JSON.stringify(
        fileOf([
          [1, 0.5],
          [-0.25, 1],
        ]),
      ),
      JSON.stringify(
        fileOf([
          [1, null],
          [-0.75, 1],
        ]),
      ),
      JSON.stringify(
        fileOf(
          [
            [1, 9],
            [9, 1],
          ],
          ['Male', 'Young'],
        ),
      ),
    );
    expect(comparison.groups[0]?.affinity).toEqual({
      ...{method: 'tag', names: ['Male', 'Smiling'], runs: 2},
      matrix: [
        [1, 0.5],
        [-0.5, 1],
      ],
    });
    const text = comparisonText(comparison);
    expect(text).toMatch(/a +Male +Smiling +TAG look-ahead +0\.5\n/);
    expect(text).toMatch(/a +Smiling +Male +TAG look-ahead +-0\.5\n/);
    expect(comparisonMarkdown(comparison)).toContain(
      '| a | Smiling | Male | TAG look-ahead | -0.5 |',
    );
    expect(comparisonCsv(comparison, 'affinity')).toContain('a,Male,Smiling,tag,0.5,2\n');
  });

  it('has a pair once where both directions are the same', () => {
    const cosines = {
      ...fileOf([
        [1, 0.5],
        [0.5, 1],
      ]),
      method: 'gradient-cosine',
    } as const;
    expect(affinityPairs(cosines)).toEqual([{affected: 'Male', helper: 'Smiling', value: 0.5}]);
  });
});

describe('the order of clusters', () => {
  it('puts the members of each planted group side by side', () => {
    const group = (index: number): number => (index * 7) % 4;
    const size = 40;
    const matrix = Array.from({length: size}, (_, row) =>
      Array.from({length: size}, (__, column) =>
        row === column ? null : group(row) === group(column) ? 0.5 : -0.1 * ((row + column) % 3),
      ),
    );
    const order = clusterOrder(matrix);
    expect([...order].sort((a, b) => a - b)).toEqual(matrix.map((_, index) => index));
    const changes = order.filter((index, at) => at > 0 && group(index) !== group(order[at - 1]!));
    expect(changes).toHaveLength(3);
  });

  it('moves rows, columns and names together', () => {
    const names = ['a', 'b', 'c'];
    const matrix = [
      [1, -0.2, 0.9],
      [-0.2, 1, 0.1],
      [0.8, 0.2, 1],
    ];
    const ordered = clustered({names, matrix});
    expect(ordered.names.join('')).toMatch(/^(bca|acb)$/);
    const [a, c] = [ordered.names.indexOf('a'), ordered.names.indexOf('c')];
    expect(ordered.matrix[a]?.[c]).toBe(0.9);
    expect(ordered.matrix[c]?.[a]).toBe(0.8);
  });

  it('is empty without items', () => {
    expect(clusterOrder([])).toEqual([]);
  });
});
