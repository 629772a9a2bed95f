import {existsSync, readdirSync, watch, type FSWatcher} from 'node:fs';
import path from 'node:path';
import {CHECKPOINT_NAME} from '../../src/training/checkpoint.js';
import {descendants, signal} from './processes.js';
import {runProgram, type Finished} from './program.js';

export type Victim = 'trainer' | 'parent' | 'both';

/** One SIGKILL: whom it hits, and when. */
export type Kill = {
  readonly victim: Victim;
  readonly moment:
    | {readonly afterMs: number}
    /** While the process writes its checkpoint of this number, 1 for its first. */
    | {readonly checkpoint: number};
};

/** A checkpoint after each batch: a good part of the time it is being written. */
const env = {CELEBA_TUI_CHECKPOINT_SECONDS: '0'};

/** Runs the program until it is killed, or ended before that. */
export async function runKilled(
  args: readonly string[],
  cwd: string,
  kill?: Kill,
): Promise<Finished & {readonly wasKilled: boolean}> {
  let wasKilled = false;
  let forget = (): void => {};
  const finished = await runProgram(args, {
    cwd,
    env,
    onStart: child => {
      if (kill === undefined) return;
      const strike = (): void => {
        if (wasKilled) return;
        wasKilled = true;
        const below = descendants(child.pid!);
        if (kill.victim !== 'parent') below.forEach(pid => signal(pid));
        if (kill.victim !== 'trainer') child.kill('SIGKILL');
      };
      forget = at(kill.moment, cwd, strike);
    },
  });
  forget();
  return {...finished, wasKilled};
}

/** @returns Forgets it. */
function at(moment: Kill['moment'], cwd: string, act: () => void): () => void {
  if ('afterMs' in moment) {
    const timer = setTimeout(act, moment.afterMs);
    return () => clearTimeout(timer);
  }
  const seen = new Set<string>();
  let watcher: FSWatcher | undefined;
  const poll = setInterval(() => {
    const folder = checkpointFolder(cwd);
    if (folder === undefined) return;
    clearInterval(poll);
    watcher = watch(folder, (_change, name) => {
      if (name !== null && isUnfinishedCheckpoint(name)) seen.add(name);
      if (seen.size >= moment.checkpoint) act();
    });
  }, 5);
  return () => {
    clearInterval(poll);
    watcher?.close();
  };
}

/** What `writeAtomic` fills before it takes the place of the checkpoint before. */
export function isUnfinishedCheckpoint(name: string): boolean {
  return name.startsWith(`${CHECKPOINT_NAME}.`);
}

/** Of the newest run, once it has one. */
function checkpointFolder(cwd: string): string | undefined {
  const runs = path.join(cwd, 'runs');
  const [run] = (existsSync(runs) ? readdirSync(runs) : []).filter(name => /^\d{8}-/.test(name));
  const folder = path.join(runs, run ?? '', 'checkpoints');
  return run !== undefined && existsSync(folder) ? folder : undefined;
}
