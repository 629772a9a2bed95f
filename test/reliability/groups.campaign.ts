import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {comparisonOf} from '../../src/compare/comparison.js';
import {readAffinities} from '../../src/compare/grouping/read-affinities.js';
import {selectGroups} from '../../src/compare/grouping/select-groups.js';
import {measureRun, type MeasuredRun} from '../../src/compare/run-metrics.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {readRun} from '../../src/runs/run-record.js';
import {runFolders} from '../helpers/kills.js';
import {runProgram} from '../helpers/program.js';
import {workplace} from '../helpers/workplace.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';

const {count: SEEDS, keep} = campaignCount(20);
/** Of the seeds with planted groups, those whose groups are trained, too. */
const TRAINED = Math.min(5, SEEDS);
const REPEAT = 3;
const GROUPS = 3;
/** The proposed groups, one network, and two controls. */
const DESIGNS = 4;

const planted = readFileSync(new URL('../../experiments/planted.yaml', import.meta.url), 'utf8');
/** Nine attributes of one factor; half of the epochs are enough for that. */
const unplanted = planted
  .replace(
    /heads: .*/,
    `heads: [${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(at => `Light_${at}`).join(', ')}]`,
  )
  .replace('epochs: 20', 'epochs: 10');

/** Agreement of two partitions: 1 where they are the same, about 0 where they are independent (Hubert and Arabie 1985). */
function adjustedRandIndex(first: readonly unknown[], second: readonly unknown[]): number {
  const pairs = (keys: readonly string[]): number =>
    [...new Set(keys)].reduce((sum, key) => {
      const size = keys.filter(rival => rival === key).length;
      return sum + (size * (size - 1)) / 2;
    }, 0);
  const both = pairs(first.map((value, at) => `${String(value)} ${String(second[at])}`));
  const [a, b] = [pairs(first.map(String)), pairs(second.map(String))];
  const expected = (a * b) / ((first.length * (first.length - 1)) / 2);
  return (both - expected) / ((a + b) / 2 - expected);
}

/** Measures affinities with many seeds, each on its own sample and split. @returns The folders of the runs. */
async function measure(
  yaml: string,
): Promise<{readonly cwd: string; readonly folders: readonly RunFolder[]}> {
  const cwd = workplace(yaml.replace('name: planted', 'name: tiny'));
  const args = [
    'run',
    'tiny',
    '--ci',
    '--repeat',
    String(SEEDS),
    ...(SEEDS > 1 ? ['--resplit'] : []),
  ];
  expect((await runProgram(args, {cwd})).code).toBe(0);
  return {cwd, folders: runFolders(cwd)};
}

function select(folder: RunFolder) {
  const affinities = readAffinities(readFileSync(folder.affinity, 'utf8'), folder.affinity);
  return {affinities, best: selectGroups(affinities.matrix, GROUPS).at(-1)!};
}

/** Writes the experiment on the groups that a run proposes, without separate networks, which the verdict does not need. */
async function propose(cwd: string, folder: RunFolder, index: number): Promise<string> {
  const name = `groups-${index + 1}`;
  const args = ['group', folder.id, '--name', name, '--groups', String(GROUPS)];
  expect((await runProgram(args, {cwd})).code).toBe(0);
  const file = path.join(cwd, 'experiments', `${name}.yaml`);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/\n.*# control: one network for each head/, ''));
  return name;
}

/** Trains what is proposed. @returns Whether each helps. */
async function verdicts(cwd: string, folders: readonly RunFolder[]): Promise<boolean[]> {
  const names: string[] = [];
  for (const [index, folder] of folders.entries()) names.push(await propose(cwd, folder, index));
  const args = ['run', ...names, '--ci', '--repeat', String(REPEAT), '--jobs', '2'];
  expect((await runProgram(args, {cwd})).code).toBe(0);
  const helps: boolean[] = [];
  for (const name of names) {
    const trained = runFolders(cwd).filter(({id}) => id.includes(`-${name}.`));
    const runs: MeasuredRun[] = [];
    for (const folder of trained) runs.push(await measureRun(await readRun(folder)));
    expect(runs).toHaveLength(DESIGNS * REPEAT);
    const {grouping} = comparisonOf(runs);
    helps.push(grouping!.helps);
  }
  return helps;
}

it('finds planted groups, and says where no grouping helps', async () => {
  const withGroups = await measure(planted);
  const agreements = withGroups.folders.map(folder => {
    const {affinities, best} = select(folder);
    return adjustedRandIndex(
      best.groupOf,
      affinities.names.map(name => name.split('_')[0]),
    );
  });
  const helpsPlanted = await verdicts(withGroups.cwd, withGroups.folders.slice(0, TRAINED));
  const without = await measure(unplanted);
  const helpsNothing = await verdicts(without.cwd, without.folders);
  const count = (values: readonly boolean[]): number => values.filter(Boolean).length;
  const found = count(agreements.map(agreement => agreement >= 0.95));
  const said = count(helpsNothing.map(helps => !helps));
  recordCampaign(
    'groups',
    {
      title: 'Groups of heads, planted and not',
      question: `Which heads should share a network is asked with ${SEEDS} seeds, each with its own sample and split of the drawn faces. Planted: nine attributes, three for each of three factors, and a trunk that has room for two (experiments/planted.yaml); held is that the ${GROUPS} groups which \`group\` chooses from one training's gradient cosines are the planted ones (adjusted Rand index 0.95 or more). Nothing planted: nine attributes of one factor; held is that the verdict on the chosen groups, trained ${REPEAT} times beside one network and two random groupings, is that no grouping helps.`,
      command: 'npm run reliability -- groups',
      rows: [
        {
          what: 'planted groups are found',
          detail: `${found} of ${SEEDS}; the lowest adjusted Rand index is ${Math.min(...agreements).toFixed(2)}`,
        },
        {
          what: 'where nothing is planted, the verdict is that no grouping helps',
          detail: `${said} of ${SEEDS}`,
        },
        {
          what: `planted groups are trained (the first ${TRAINED} seeds), and the verdict is that grouping helps`,
          detail: `${count(helpsPlanted)} of ${TRAINED}`,
        },
      ],
    },
    keep,
  );
  expect(found / SEEDS).toBeGreaterThanOrEqual(0.95);
  expect(said / SEEDS).toBeGreaterThanOrEqual(0.95);
});
