import {expect, it} from 'vitest';
import {killAndCompare, thoroughYaml} from '../helpers/kills.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const {count: KILLS, keep} = campaignCount(120);

it('kills at random moments and compares every byte', async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {
    images: 40,
  });
  const {kills, whileWriting, runs, broken} = await killAndCompare({
    ...{data, seed: 20261125, kills: KILLS, killsPerRun: 6},
    newPlace: () => workplace(thoroughYaml),
  });
  const whom = {
    trainer: 'kill -9 of the trainer and what it started',
    parent: 'kill -9 of the program, whose trainer then ends by itself',
    both: 'kill -9 of everything at once',
  };
  recordCampaign(
    'kills',
    {
      title: 'Killed and resumed',
      question: `Runs of two models with dropout, batch normalisation, Adam, a cosine schedule and early stopping, a checkpoint after each batch, are killed at random moments from their first to their last, half of them while a checkpoint is written, up to six times each, and resumed. Broken is a run whose weights, metrics, predictions, summary or list of files differ in one byte from a run that nobody disturbed, or whose log has a gap. ${runs} runs.`,
      command: 'npm run reliability -- kills',
      rows: [
        ...(['trainer', 'parent', 'both'] as const).map(victim => ({
          what: whom[victim],
          tried: kills[victim],
          held: broken.length === 0 ? kills[victim] : Math.max(0, kills[victim] - broken.length),
        })),
        {what: 'of them, kills that left a half-written checkpoint', detail: String(whileWriting)},
      ],
    },
    keep,
  );
  expect(broken).toEqual([]);
});
