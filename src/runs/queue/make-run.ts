import os from 'node:os';
import {configHash} from '../../experiment/config-hash.js';
import {fullDataRoot} from '../../experiment/data-root.js';
import {stringifyExperiment} from '../../experiment/stringify.js';
import {createRun} from '../create-run.js';
import type {RunFolder} from '../run-folder.js';
import type {RunInfo} from '../run-info.js';
import {thisProcess} from '../../util/process-identity.js';
import type {Random} from '../../util/random.js';
import {gitState} from './git-state.js';
import type {RunJob} from './journal.js';

type MakeRunOptions = {
  readonly runs: string;
  /** Overrides `data.root` of every experiment. */
  readonly dataRoot: string | undefined;
  readonly backend: string;
  readonly version: string;
  /** The queue's id: runs that were started together share it. */
  readonly batch: string;
  readonly now: () => number;
  readonly random: Random;
};

/** Makes run folders for a queue. */
export function runMaker(options: MakeRunOptions): (job: RunJob) => Promise<RunFolder> {
  return async job => {
    const {experiment} = job;
    const state = await gitState(process.cwd());
    const info: Omit<RunInfo, 'schemaVersion' | 'id' | 'started'> = {
      experiment: experiment.name,
      file: job.file,
      variant: job.variant,
      configHash: configHash(experiment),
      seed: experiment.training.seed,
      backend: options.backend,
      versions: {'celeba-tui': options.version, node: process.versions.node},
      ...(state === undefined ? {} : {git: state}),
      dataRoot: fullDataRoot(options.dataRoot ?? experiment.data.root),
      host: {
        platform: os.platform(),
        arch: os.arch(),
        cpus: os.cpus().length,
        memoryBytes: os.totalmem(),
      },
      maker: thisProcess(),
      batch: options.batch,
    };
    return createRun(
      options.runs,
      {name: experiment.name, definition: stringifyExperiment(experiment), info},
      options,
    );
  };
}
