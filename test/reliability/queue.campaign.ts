import {expect, it} from 'vitest';
import {readRun} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {runProgram} from '../helpers/program.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {campaignCount} from './count.js';
import {recordCampaign} from './record.js';
import {openFiles, residentMb, spread} from './watch.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const {count: RUNS, keep} = campaignCount(200);
/** Seconds in which the program loads. */
const SETTLE = 10;

it('watches memory and open files over a long queue', async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {
    images: 40,
  });
  const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 1'));
  /** Each second. */
  const samples: {begun: number; megabytes: number; files: number}[] = [];
  let timer: NodeJS.Timeout | undefined;
  const {code} = await runProgram(
    ['run', 'tiny', '--repeat', String(RUNS), '--data', data, '--ci'],
    {
      cwd,
      onStart: child => {
        timer = setInterval(() => {
          samples.push({
            begun: runFolders(cwd).length,
            megabytes: residentMb(child.pid!),
            files: openFiles(child.pid!),
          });
        }, 1000);
      },
    },
  );
  clearInterval(timer);
  const records = await Promise.all(runFolders(cwd).map(readRun));
  const completed = records.filter(({status}) => status === 'completed').length;
  // The comparison at the end, with its charts, is another matter.
  const settled = samples
    .filter(({begun, megabytes}) => begun < RUNS && Number.isFinite(megabytes))
    .slice(SETTLE);
  /** A number near the beginning, the middle and the end. */
  const during = (shown: (sample: (typeof settled)[number]) => string): string =>
    [0, 0.5, 1]
      .map(share => settled[Math.floor(share * (settled.length - 1))]!)
      .map(sample => `${shown(sample)} at run ${sample.begun}`)
      .join(', ');

  recordCampaign(
    'queue',
    {
      title: 'A long queue',
      question: `A queue of ${RUNS} runs, each in a process of its own. Broken is a queue that loses a run.`,
      command: 'npm run reliability -- queue',
      rows: [
        {what: 'runs of one queue', tried: RUNS, held: completed, detail: `exit code ${code}`},
        {
          what: 'memory of the program',
          detail: during(({megabytes}) => `${Math.round(megabytes)} MB`),
        },
        {
          what: 'open files of the program',
          detail: `${during(({files}) => String(files))}; ${spread(settled.map(({files}) => files))}`,
        },
      ],
    },
    keep,
  );
  expect(completed).toBe(RUNS);
});
