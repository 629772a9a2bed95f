import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {runOptionDefaults} from '../../src/app/load-jobs.js';
import {runMaker} from '../../src/runs/create-run.js';
import {RunQueue} from '../../src/runs/queue/run-queue.js';
import {interfaceServices, type Services} from '../../src/tui/services/services.js';
import {seededRandom} from '../../src/util/random.js';
import {dataInfo, recorded} from './interface-fixture.js';

type FixtureServices = {
  /** Folder of the runs. */
  readonly runs: string;
  /** Folder of the experiment files; the recorded ones otherwise. */
  readonly experiments?: string;
  /** Name of a program in test/fixtures/trainers. */
  readonly trainer?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly image?: Services['image'];
};

/** 2026-11-25 01:00:00 UTC, and a second more at each look. */
function tickingClock(): () => number {
  let now = Date.UTC(2026, 10, 25, 1);
  return () => (now += 1000);
}

/**
 * The services of the real interface. Replaced are its edges: the program of the trainer, the
 * answer of `data info` (recorded), and where images are.
 */
export function fixtureServices({
  runs,
  experiments = path.join(recorded, 'experiments'),
  trainer = 'replays',
  env = {},
  image = () => Promise.reject(new Error('No photographs here.')),
}: FixtureServices): Services {
  const now = tickingClock();
  const random = seededRandom(7);
  const options = {
    ...runOptionDefaults,
    folder: experiments,
    runs,
    data: '/photographs',
    version: '0.0.0',
  };
  const deps = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: {...process.env, ...env},
    signals: process,
    now,
    random,
    cacheFolder: runs,
  };
  const queue = new RunQueue({
    trainerProgram: fileURLToPath(new URL(`../fixtures/trainers/${trainer}.mjs`, import.meta.url)),
    env: deps.env,
    failFast: false,
    now,
    createRun: runMaker({...deps, ...options, batch: 'batch'}),
  });
  return {
    ...interfaceServices(options, queue, deps),
    dataInfo: () => Promise.resolve(dataInfo),
    dataProblem: () => Promise.resolve(undefined),
    examples: () => Promise.resolve([]),
    image,
  };
}
