import {setTimeout as sleep} from 'node:timers/promises';

/** What is used of a process, or of whoever hands its signals on. */
export type StopSignals = {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
};

/** A process that was stopped hears of going on at once; one that goes on by itself never does. */
const CONTINUED_MS = 100;

/**
 * Stops this process, or all of its job, as Ctrl-Z does to a program that takes no notice of it. By
 * SIGTSTP, for where no shell could bring it back the system lets that pass.
 *
 * @param listener Who answers SIGTSTP otherwise.
 * @param who      The whole job is all that the shell started with one line, such as npm and this.
 * @returns Whether it was stopped; resolves when it goes on.
 */
export async function stopProcess(
  signals: StopSignals,
  listener: () => void,
  who: 'process' | 'job',
): Promise<boolean> {
  let tell = (): void => {};
  const continued = new Promise<boolean>(resolve => (tell = () => resolve(true)));
  signals.on('SIGCONT', tell);
  signals.off('SIGTSTP', listener);
  try {
    process.kill(who === 'job' ? 0 : process.pid, 'SIGTSTP');
    return await Promise.race([continued, sleep(CONTINUED_MS, false)]);
  } finally {
    signals.on('SIGTSTP', listener);
    signals.off('SIGCONT', tell);
  }
}
