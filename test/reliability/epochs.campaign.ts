import {readFileSync} from 'node:fs';
import {linearRegression} from 'simple-statistics';
import {expect, it} from 'vitest';
import {decodeEvent} from '../../src/runs/events.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {descendants} from '../helpers/processes.js';
import {runProgram} from '../helpers/program.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';
import {openFiles, spread} from './watch.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const {count: EPOCHS, keep} = campaignCount(5000);
/**
 * What the loop leaves to the garbage collector is collected when enough of it has come together:
 * only after some thousand epochs can growth be told from waiting.
 */
const SETTLED = Math.floor(EPOCHS / 2);

it('watches memory and open files over a long run', async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {
    images: 40,
  });
  const cwd = workplace(tinyYaml.replace('epochs: 2', `epochs: ${EPOCHS}`));
  const files = {trainer: [] as number[], parent: [] as number[]};
  let timer: NodeJS.Timeout | undefined;
  const {code} = await runProgram(['run', 'tiny', '--data', data, '--ci'], {
    cwd,
    onStart: child => {
      timer = setInterval(() => {
        const [trainer] = descendants(child.pid!);
        if (trainer === undefined) return;
        files.parent.push(openFiles(child.pid!));
        files.trainer.push(openFiles(trainer));
      }, 200);
    },
  });
  clearInterval(timer);
  const ended = readFileSync(runFolders(cwd)[0]!.events, 'utf8')
    .split('\n')
    .map(decodeEvent)
    .flatMap(event => (event?.type === 'epoch.ended' ? [[event.epoch, event.memoryBytes]] : []));
  const growth = (from: number, to: number): string =>
    `${(linearRegression(ended.slice(from, to)).m / 1024).toFixed(1)} kB an epoch`;
  const megabytes = (epoch: number): number => Math.round((ended[epoch - 1]?.[1] ?? 0) / 1e6);
  const settled = (counts: readonly number[]): string =>
    spread(counts.slice(Math.floor(counts.length / 3), -2));

  recordCampaign(
    'epochs',
    {
      title: 'A long run',
      question: `A run of ${EPOCHS} epochs, whose memory is fitted with a line. What a batch or an epoch leaves behind is collected when enough has come together, so the second half tells whether it grows. Broken is a run that loses an epoch.`,
      command: 'npm run reliability -- epochs',
      rows: [
        {what: 'epochs of one run', tried: EPOCHS, held: ended.length, detail: `exit code ${code}`},
        {
          what: 'memory of the trainer, first half',
          detail: `${growth(0, SETTLED)}; ${megabytes(SETTLED)} MB in the middle`,
        },
        {
          what: 'memory of the trainer, second half',
          detail: `${growth(SETTLED, EPOCHS)}; ${megabytes(EPOCHS)} MB at the end`,
        },
        {what: 'open files of the trainer', detail: settled(files.trainer)},
        {what: 'open files of the program', detail: settled(files.parent)},
      ],
    },
    keep,
  );
  expect(code).toBe(0);
  expect(ended).toHaveLength(EPOCHS);
});
