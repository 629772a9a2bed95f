import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {comparedGroups} from '../../../src/compare/grouping/compared-groups.js';
import {
  comparisonOf,
  type Comparison,
  type CompareOptions,
} from '../../../src/compare/comparison.js';
import {measureRun, type MeasuredRun} from '../../../src/compare/run-metrics.js';
import {groupsText} from '../../../src/experiment/groups.js';
import {comparisonText} from '../../../src/report/formats.js';
import {makeReport} from '../../../src/report/page/report.js';
import {verdictSentences} from '../../../src/report/text/verdict.js';
import type {RunRecord} from '../../../src/runs/run-record.js';
import type {UntilDecided} from '../../../src/runs/searches.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {writtenRecord} from '../../helpers/written-runs.js';

const HEADS = ['A', 'B', 'C', 'D'];
const IMAGES = 300;
const compared = comparedGroups(
  [
    ['A', 'B'],
    ['C', 'D'],
  ],
  HEADS,
  {controls: 2, seed: 1},
);

/** Images that a design has wrong on a head: so many, at places that a seed moves a little. */
function answers(wrong: number, seed: number): number[] {
  return Array.from({length: IMAGES}, (_, image) => ((image + 3 * seed) % IMAGES < wrong ? 0 : 1));
}

/** Compares the designs with these numbers of wrong images, with some seeds each. */
async function verdict(
  wrong: Readonly<Record<string, number>>,
  seeds: readonly number[] = [1, 2, 3],
  untilDecided?: UntilDecided,
  options: CompareOptions = {},
): Promise<Comparison> {
  return comparisonOf(await measured(wrong, seeds, untilDecided), {untilDecided, ...options});
}

async function measured(
  wrong: Readonly<Record<string, number>>,
  seeds: readonly number[],
  untilDecided?: UntilDecided,
): Promise<MeasuredRun[]> {
  return Promise.all(
    (await written(temporaryFolder(), wrong, seeds, untilDecided)).map(measureRun),
  );
}

function written(
  runs: string,
  wrong: Readonly<Record<string, number>>,
  seeds: readonly number[],
  untilDecided?: UntilDecided,
): Promise<RunRecord[]> {
  return Promise.all(
    seeds.flatMap(seed =>
      compared.flatMap(({name, groups}, index) =>
        wrong[name] === undefined
          ? []
          : writtenRecord(runs, {
              id: `20260101-0000${index}${seed}-groups-${index}${seed}aa`,
              experiment: `groups.${index}`,
              file: 'groups',
              heads: Object.fromEntries(HEADS.map(head => [head, answers(wrong[name] ?? 0, seed)])),
              seed,
              definition: {
                model: {kind: 'grouped', groups: groupsText(groups)},
                grouping: {
                  proposed: groupsText(compared[0]!.groups),
                  ...{trainings: 1, affinities: 'measuring-run'},
                },
              },
              part: 'test',
              ...(untilDecided && {untilDecided}),
            }),
      ),
    ),
  );
}

describe('what is compared with proposed groups', () => {
  it('is one network, separate networks, and different controls of the same sizes, the same each time', () => {
    expect(compared.map(({name}) => name)).toEqual([
      ...['proposed', 'all in one', 'separate', 'random 1', 'random 2'],
    ]);
    const controls = compared.slice(3).map(({groups}) => groupsText(groups));
    expect(new Set(controls).size).toBe(2);
    for (const {groups} of compared.slice(3)) {
      expect(groups.map(({length}) => length)).toEqual([2, 2]);
      expect(groups.flat().sort()).toEqual(HEADS);
    }
    const again = comparedGroups(
      [
        ['A', 'B'],
        ['C', 'D'],
      ],
      HEADS,
      {controls: 2, seed: 1},
    );
    expect(again).toEqual(compared);
    const more = comparedGroups(
      [
        ['A', 'B'],
        ['C', 'D'],
      ],
      HEADS,
      {controls: 9, seed: 1},
    );
    expect(more, 'there are no more than two').toHaveLength(5);
  });
});

const clear = {proposed: 30, 'all in one': 90, separate: 60, 'random 1': 80, 'random 2': 85};

describe('a comparison of proposed groups', () => {
  it('calls the designs by their roles, the proposed one first, whatever the order of the runs', async () => {
    const runs = await measured(clear, [1, 2]);
    const comparison = comparisonOf(runs.toReversed());
    expect(comparison.groups.map(({name}) => name)).toEqual(Object.keys(clear));
    const groups = comparison.groups.map(({definition}) => definition['model.groups']);
    expect(groups).toEqual(compared.map(design => groupsText(design.groups)));
    expect(comparison).toMatchObject({metric: 'meanAccuracy', onlyWithFirst: true});
    expect(comparison.grouping).toEqual(comparisonOf(runs).grouping);
  });

  it('tests another metric where that is asked for, without a verdict on grouping', async () => {
    const comparison = await verdict(clear, [1, 2], undefined, {metric: 'f1'});
    expect(comparison.grouping).toBeUndefined();
    expect(comparison).toMatchObject({metric: 'f1', tests: 4 * HEADS.length});
    const each = await verdict(clear, [1], undefined, {each: true});
    expect(each.groups.map(({name}) => name)).not.toContain('proposed');
  });

  it('is an ordinary one without the proposed groups, or with designs that differ in more', async () => {
    const {proposed: _, ...controls} = clear;
    const without = await verdict(controls, [1, 2]);
    expect(without.grouping).toBeUndefined();
    expect(without.groups.map(({name}) => name)).toContain('groups.1');
    const runs = await measured(clear, [1]);
    const longer = {...runs[1]!.definition, 'training.epochs': '9'};
    const mixed = comparisonOf([runs[0]!, {...runs[1]!, definition: longer}]);
    expect(mixed.grouping).toBeUndefined();
    expect(mixed.groups.map(({name}) => name)).not.toContain('proposed');
  });

  it('is a table of what each grouping costs, with the affinities that proposed the groups in the report', async () => {
    const runs = temporaryFolder();
    const records = await written(runs, clear, [1, 2]);
    const affinity = {
      method: 'tag',
      every: 10,
      steps: 3,
      names: ['A', 'B'],
      matrix: [
        [1, 0.5],
        [0.25, 1],
      ],
    };
    mkdirSync(path.join(runs, 'measuring-run'));
    writeFileSync(path.join(runs, 'measuring-run', 'affinity.json'), JSON.stringify(affinity));
    const comparison = comparisonOf(await Promise.all(records.map(measureRun)));
    const text = comparisonText(comparison);
    for (const {name, groups} of compared)
      expect(text).toMatch(
        new RegExp(
          `^${name} +0\\.\\d{3} +1\\.00x +1\\.00x  ${groupsText(groups).replaceAll(/[+|]/g, '.')}$`,
          'm',
        ),
      );
    expect(text).not.toContain('model.groups');
    const options = {now: () => 0, version: '1'};
    const {proposal, rows} = await makeReport(comparison, records, options);
    expect(proposal).toMatchObject({run: 'measuring-run', affinity: {matrix: affinity.matrix}});
    expect(rows.map(({label}) => label)).toEqual(Object.keys(clear));
    rmSync(path.join(runs, 'measuring-run'), {recursive: true});
    expect((await makeReport(comparison, records, options)).proposal).toBeUndefined();
  });

  it('has no verdict on grouping without the network that has all heads', async () => {
    const {'all in one': _, ...others} = clear;
    const comparison = await verdict(others, [1, 2]);
    expect(comparison.grouping).toBeUndefined();
    expect(comparison.groups.map(({name}) => name)).toEqual(Object.keys(others));
  });
});

describe('the verdict on groups', () => {
  it('is that they help where they beat one network and every control, with the trainings that chose them', async () => {
    const comparison = await verdict(clear);
    expect(comparison.grouping).toMatchObject({helps: true, unbeaten: []});
    expect(comparison.tests, 'only the proposed groups are tested').toBe(4);
    const sentences = verdictSentences(comparison);
    expect(sentences[0]).toBe(
      'Grouping helps: A + B | C + D. Grouping helps only if the proposed groups are significantly better in mean accuracy than all in one, random 1 and random 2, and they are.',
    );
    expect(sentences[1]).toMatch(
      /^proposed is significantly better than all in one in mean accuracy by 20\.0 points/,
    );
    expect(sentences.join('\n')).toContain(
      'Head by head: proposed is significantly better than all in one on A',
    );
    expect(sentences.at(-1)).toContain('chosen by one training (measuring-run), which');
  });

  it('is that no grouping helps where a random one is as good', async () => {
    const comparison = await verdict({
      ...{proposed: 30, 'all in one': 90, separate: 60, 'random 1': 31, 'random 2': 85},
    });
    expect(comparison.grouping).toMatchObject({helps: false, unbeaten: ['random 1']});
    expect(verdictSentences(comparison)[0]).toMatch(
      /^No grouping helps: A \+ B \| C \+ D was proposed\. .*; not than random 1\.$/,
    );
  });

  it('is open with two seeds, which are too few to detect any difference', async () => {
    const {grouping} = await verdict({...clear, 'random 1': 31}, [1, 2]);
    expect(grouping).toMatchObject({helps: false, open: ['random 1']});
  });

  it('is the same where some designs were trained for the groups of an earlier proposal', async () => {
    const runs = await measured(clear, [1, 2, 3]);
    const earlier = {proposed: 'A + C | B + D', trainings: 4, affinities: undefined};
    const reused = runs.map(run =>
      run.definition?.['model.groups'] === 'A + B + C + D' ? {...run, grouping: earlier} : run,
    );
    expect(comparisonOf(reused).grouping).toEqual(comparisonOf(runs).grouping);
  });

  it('is that no grouping helps where one network is better', async () => {
    const {grouping} = await verdict({
      ...{proposed: 90, 'all in one': 30, separate: 60, 'random 1': 120, 'random 2': 120},
    });
    expect(grouping).toMatchObject({helps: false, unbeaten: ['all in one']});
  });

  it('allows for the looks where seeds were added until tests decided', async () => {
    const plan: UntilDecided = {
      id: 'abc',
      difference: 0.01,
      seeds: [1, 2, 3, 4, 5],
      claim: 'first',
    };
    const comparison = await verdict(clear, [1, 2, 3, 4], plan);
    expect(comparison).toMatchObject({metric: 'meanAccuracy', untilDecided: {maxSeeds: 5}});
    expect(comparison.pairs.map(({heads}) => heads[0]?.sequential?.outcome)).toEqual(
      Array.from({length: 4}, () => 'first better'),
    );
    expect(comparison.grouping?.helps).toBe(true);
    const early = await verdict(clear, [1, 2], plan);
    expect(verdictSentences(early)[0]).toMatch(
      /^Not decided whether grouping helps: .*; not decided against all in one, random 1 and random 2\.$/,
    );
  });
});
