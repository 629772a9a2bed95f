import {spawn} from 'node:child_process';
import {listExperiments} from '../experiment/load.js';
import type {Comparison} from '../compare/comparison.js';
import {UserError} from '../util/user-error.js';
import {runDataCommand} from './data-child.js';
import type {DataInfo} from '../data/info.js';
import type {RunRecord} from '../runs/run-record.js';
import {Numbers} from './numbers.js';
import {Pictures} from './pictures.js';
import {loadJobs, type RunDeps, type RunOptions} from '../cli/prepare-queue.js';
import {runsToGoOnWith} from '../cli/resume.js';
import {signalTrainer} from '../engine/followed-trainer.js';
import type {ProcessIdentity} from '../util/process-identity.js';
import type {RunQueue} from '../engine/run-queue.js';

/** Everything that the interface asks of the rest of the program, put together. */
export function interfaceServices(
  options: RunOptions,
  queue: RunQueue,
  deps: RunDeps & {readonly cacheFolder: string},
) {
  const {runs, folder, overrides} = options;
  const pictures = new Pictures(deps.cacheFolder);
  const numbers = new Numbers();
  const root = options.data === undefined ? [] : ['--data', options.data];
  return {
    runs,
    queue,
    listExperiments: () => listExperiments(folder, overrides),
    jobsOf: (path: string, set: readonly string[]) =>
      loadJobs([path], {...options, overrides: [...overrides, ...set]}),
    begunRuns: (ids: readonly string[]) => runsToGoOnWith(ids, runs),
    askToStop: (trainer: ProcessIdentity) => signalTrainer(trainer, 'SIGTERM'),
    edit: (path: string) => openEditor(path, deps.env),
    measure: (record: RunRecord) => numbers.measure(record),
    compare: (records: readonly RunRecord[]) => numbers.compare(records),
    saveComparison: (comparison: Comparison) =>
      numbers.save(comparison, runs, {now: deps.now(), version: options.version}),
    dataInfo: async ({experiment}: {readonly experiment: string}, signal: AbortSignal) =>
      JSON.parse(await runDataCommand(['info', experiment, '--json', ...root], signal)) as DataInfo,
    dataTask: async (
      what: 'sample' | 'prepare',
      {experiment}: {readonly experiment: string},
      onProgress: (done: number, total: number) => void,
      signal: AbortSignal,
    ) => {
      const args = what === 'sample' ? ['sample'] : ['prepare', experiment, ...root];
      let last = '';
      await runDataCommand([...args, '--json'], signal, line => {
        const said = JSON.parse(line) as {done?: number; total?: number; ready?: string};
        if (said.ready !== undefined) last = said.ready;
        else onProgress(said.done ?? 0, said.total ?? 0);
      });
      return last;
    },
    examples: (experiment: string, count: number) =>
      pictures.examples(experiment, options.data, count),
    picture: (run: string, file: string) => pictures.read(run, file),
  };
}

/**
 * The person's editor on a file, as git and others find it.
 *
 * @throws UserError where there is none.
 */
async function openEditor(path: string, env: NodeJS.ProcessEnv): Promise<void> {
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  await new Promise<void>((resolve, reject) => {
    // By a shell, for an editor may come with arguments: EDITOR="code --wait".
    const child = spawn(`${editor} "$CELEBA_TUI_FILE"`, {
      shell: true,
      stdio: 'inherit',
      env: {...env, CELEBA_TUI_FILE: path},
    });
    child.on('error', reject);
    child.on('close', code => {
      if (code === 127 || code === 126) {
        reject(
          new UserError(`The editor ${editor} cannot be started. Set EDITOR to one that is there.`),
        );
      } else resolve();
    });
  });
}
