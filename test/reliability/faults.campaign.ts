import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {recordCampaign} from './record.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where faults are injected into the built program. */
const TESTS = [
  'test/faults',
  'test/e2e/resume.test.ts',
  'test/e2e/interface.test.ts',
  'test/e2e/closed-terminal.test.ts',
  'test/e2e/interface-queue.test.ts',
  'test/util/write-atomic.test.ts',
];
/** What the interface does when all is well. */
const NO_FAULT = /^the interface in a terminal/;

type Report = {
  readonly testResults: readonly {
    readonly assertionResults: readonly {readonly fullName: string; readonly status: string}[];
  }[];
};

it('injects every fault that the suite knows', () => {
  const file = path.join(temporaryFolder('faults'), 'report.json');
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = ['--reporter=json', `--outputFile=${file}`];
  spawnSync(process.execPath, [vitest, 'run', ...TESTS, ...reporter], {
    cwd: root,
    stdio: 'inherit',
  });
  const {testResults} = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const ran = testResults
    .flatMap(({assertionResults}) => assertionResults)
    .filter(({status}) => status === 'passed' || status === 'failed')
    .filter(({fullName}) => !NO_FAULT.test(fullName));
  const rows = ran.map(({fullName, status}) => ({
    ...{what: fullName, tried: 1},
    held: status === 'passed' ? 1 : 0,
  }));
  recordCampaign(
    'faults',
    {
      title: 'Faults injected',
      question:
        'Each sentence is a test that does it to the built program: processes that are killed, stopped or out of memory, signals, disks, logs, clocks, data.',
      command: 'npm run reliability -- faults',
      rows,
    },
    true,
  );
  expect(rows.filter(({tried, held}) => tried !== held)).toEqual([]);
});
