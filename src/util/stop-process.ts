import {setTimeout as sleep} from 'node:timers/promises';

/** The used part of a process, or of an object that forwards its signals. */
export type StopSignals = {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
};

/** SIGCONT arrives at once after a stop; without a stop it never arrives. */
const CONTINUED_MS = 100;

/**
 * Stops this process, or its whole job, as Ctrl-Z does. Uses SIGTSTP, which the system ignores where no
 * shell could resume the process.
 *
 * @param listener The program's listener for SIGTSTP.
 * @param who      The job is everything that the shell started with one command, such as npm.
 * @returns Whether the process was stopped; resolves when it resumes.
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
