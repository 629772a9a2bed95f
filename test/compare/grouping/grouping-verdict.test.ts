import {describe, expect, it} from 'vitest';
import {comparedGroups} from '../../../src/compare/grouping/compared-groups.js';
import {compareGroupings} from '../../../src/compare/grouping/grouping-verdict.js';
import {measureRun} from '../../../src/compare/run-metrics.js';
import {groupsText} from '../../../src/experiment/groups.js';
import {verdictSentences} from '../../../src/report/text/verdict.js';
import type {UntilDecided} from '../../../src/runs/until-decided.js';
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
) {
  const runs = temporaryFolder();
  const records = await Promise.all(
    seeds.flatMap(seed =>
      compared.map(({name, groups}, index) =>
        writtenRecord(runs, {
          id: `20260101-0000${index}${seed}-groups-${index}${seed}aa`,
          experiment: `groups.${index}`,
          file: 'groups',
          heads: Object.fromEntries(HEADS.map(head => [head, answers(wrong[name]!, seed)])),
          seed,
          definition: {model: {kind: 'grouped', groups: groupsText(groups)}},
          part: 'test',
          ...(untilDecided && {untilDecided}),
        }),
      ),
    ),
  );
  const measured = await Promise.all(records.map(measureRun));
  return compareGroupings(measured, {compared, trainings: 1, untilDecided});
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

describe('the verdict on groups', () => {
  it('is that they help where they beat one network and every control, with the trainings that chose them', async () => {
    const comparison = await verdict({
      ...{proposed: 30, 'all in one': 90, separate: 60, 'random 1': 80, 'random 2': 85},
    });
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
    expect(sentences.at(-1)).toContain('chosen by one training');
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
    const comparison = await verdict(
      {proposed: 30, 'all in one': 90, separate: 60, 'random 1': 80, 'random 2': 85},
      [1, 2, 3, 4],
      plan,
    );
    expect(comparison).toMatchObject({metric: 'meanAccuracy', untilDecided: {maxSeeds: 5}});
    expect(comparison.pairs.map(({heads}) => heads[0]?.sequential?.outcome)).toEqual(
      Array.from({length: 4}, () => 'first better'),
    );
    expect(comparison.grouping?.helps).toBe(true);
    const early = await verdict(
      {proposed: 30, 'all in one': 90, separate: 60, 'random 1': 80, 'random 2': 85},
      [1, 2],
      plan,
    );
    expect(verdictSentences(early)[0]).toMatch(
      /^Not decided whether grouping helps: .*; not decided against all in one, random 1 and random 2\.$/,
    );
  });
});
