import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

/** A process of this machine, so that a later one with the same id is not taken for it. */
export type ProcessIdentity = {
  readonly pid: number;
  /** When it began, as the system tells it; undefined where the system does not. */
  readonly start?: string | undefined;
};

/** Field 22 of /proc/PID/stat, where the third is the first after the name. */
const START_FIELD = 19;

export function thisProcess(): ProcessIdentity {
  return identityOf(process.pid);
}

export function identityOf(pid: number): ProcessIdentity {
  return {pid, start: look(pid).start};
}

/** Whether it still runs: not ended, not a zombie, and not another one with its id. */
export function isProcessAlive({pid, start}: ProcessIdentity): boolean {
  // To a signal, 0 and less are whole groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0 || !answers(pid)) return false;
  const now = look(pid);
  if (now.isEnded) return false;
  return start === undefined || now.start === undefined || start === now.start;
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

type Seen = {readonly start: string | undefined; readonly isEnded: boolean};
const unseen: Seen = {start: undefined, isEnded: false};

function look(pid: number): Seen {
  try {
    if (process.platform === 'linux') return lookInProc(pid);
    if (process.platform === 'win32') return unseen;
    const env = {...process.env, LC_ALL: 'C'};
    const args = ['-o', 'stat=,lstart=', '-p', String(pid)];
    const text = execFileSync('/bin/ps', args, {env, encoding: 'utf8', stdio: 'pipe'}).trim();
    return {start: text.replace(/^\S+\s+/, ''), isEnded: text.startsWith('Z')};
  } catch {
    return unseen;
  }
}

function lookInProc(pid: number): Seen {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name is in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  return {start: `${boot}:${fields[START_FIELD]}`, isEnded: state === 'Z' || state === 'X'};
}
