import {expect, it} from 'vitest';
import {comparisonOf} from '../../src/compare/comparison.js';
import {measureRun, type MeasuredRun} from '../../src/compare/run-metrics.js';
import {readRun} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';

/** Pairs of designs that are the same design. */
const {count: PAIRS, keep} = campaignCount(40);
const SEEDS = 5;
/** Four standard errors above 5 % of 40 pairs: 2 + 4 * 1.4. */
const MOST_WRONG = 7;

/** So short that the runs of a design are right about 60 to 100 of 100 images, by their seed. */
const yaml = tinyYaml
  .replace('train: 32, validation: 8', 'train: 64, validation: 32, test: 200')
  .replace('epochs: 2', 'epochs: 4');

/** The runs as those of one of two designs, with the seeds that both have. */
function asDesign(name: string, runs: readonly MeasuredRun[]): MeasuredRun[] {
  return runs.map((measured, index) => ({
    ...measured,
    run: {...measured.run, experiment: name, seed: index + 1},
  }));
}

it('compares designs that are the same, each trained with seeds of its own', async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {images: 320});
  const cwd = workplace(yaml);
  const seeds = 2 * SEEDS * PAIRS;
  const {code} = await runProgram(
    ['run', 'tiny', '--data', data, '--ci', '--repeat', String(seeds)],
    {cwd},
  );
  expect(code).toBe(0);
  const records = await Promise.all(runFolders(cwd).map(folder => readRun(folder)));
  const runs = await Promise.all(records.map(record => measureRun(record)));
  const verdicts = Array.from({length: PAIRS}, (_, pair) => {
    const first = 2 * SEEDS * pair;
    const designs = [
      ...asDesign('first', runs.slice(first, first + SEEDS)),
      ...asDesign('second', runs.slice(first + SEEDS, first + 2 * SEEDS)),
    ];
    const plan = {id: 'search', difference: 0.01, seeds: [1, 2, 3, 4, 5]};
    return {
      repeated: comparisonOf(designs).pairs[0]!.heads,
      decided: comparisonOf(designs, {untilDecided: plan}).pairs[0]!.heads,
    };
  });
  const wrong = (way: 'repeated' | 'decided'): number =>
    verdicts.filter(verdict => verdict[way].some(({significant}) => significant)).length;
  expect(verdicts[0]!.repeated.map(({images}) => images)).toEqual([200, 200]);
  const ways = [
    {what: `\`--repeat ${SEEDS}\``, count: wrong('repeated')},
    {what: `\`--until-decided\` with at most ${SEEDS} seeds`, count: wrong('decided')},
  ];
  recordCampaign(
    'null-pairs',
    {
      title: 'Verdicts about equal designs, really trained',
      question: `One small network is trained with ${seeds} seeds, and each ${2 * SEEDS} of these runs are compared as two designs with ${SEEDS} seeds. Counted is how often the verdict calls one of them better on at least one of the two heads, which the level of the tests allows in 5 of 100 pairs.`,
      command: 'npm run reliability -- null-pairs',
      rows: ways.map(({what, count}) => ({
        what,
        detail: `${count} of ${PAIRS} pairs called different`,
      })),
    },
    keep,
  );
  for (const {count} of ways) expect(count).toBeLessThanOrEqual(MOST_WRONG);
});
