import {mkdtempSync, readFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {linearRegression} from 'simple-statistics';
import {expect, it} from 'vitest';
import {decodeEvent} from '../../src/protocol/json.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {descendants} from '../helpers/processes.js';
import {runProgram} from '../helpers/program.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';
import {openFiles, spread} from './watch.js';

const {count: EPOCHS, keep} = campaignCount(500);
/** Buffers and code settle in the first epochs. */
const WARM_UP = Math.floor(EPOCHS / 5);

it('watches memory and open files over a long run', async () => {
  const data = await writeTinyFaces(mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-faces-')), {
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
  const memory = ended.slice(WARM_UP);
  const {m: slope} = linearRegression(memory);
  const settled = (counts: readonly number[]): string =>
    spread(counts.slice(Math.floor(counts.length / 3), -2));

  recordCampaign(
    'epochs',
    {
      title: 'A long run',
      question: `A run of ${EPOCHS} epochs, whose memory is fitted with a line from epoch ${WARM_UP} on. Broken is a run that loses an epoch.`,
      command: 'npm run reliability -- epochs',
      rows: [
        {what: 'epochs of one run', tried: EPOCHS, held: ended.length, detail: `exit code ${code}`},
        {
          what: 'memory of the trainer',
          detail: `${(slope / 1024).toFixed(1)} kB an epoch; ${Math.round(memory.at(-1)![1]! / 1e6)} MB at the end`,
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
