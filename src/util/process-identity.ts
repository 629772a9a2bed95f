import {execFileSync} from 'node:child_process';
import {readFileSync, readlinkSync} from 'node:fs';
import os from 'node:os';

/** Where a process runs. What the system does not tell is undefined. */
export type Place = {
  readonly host?: string | undefined;
  /** Id of the installation: two machines of one name differ in it. */
  readonly machine?: string | undefined;
  /** Id of the boot: a process does not outlive it. */
  readonly boot?: string | undefined;
  /** The namespace in which its process id counts; containers have their own. */
  readonly namespace?: string | undefined;
};

/** A process, so that a later one with the same id, here or elsewhere, is not taken for it. */
export type ProcessIdentity = Place & {
  readonly pid: number;
  /** When it began, as the system tells it; undefined where the system does not. */
  readonly start?: string | undefined;
};

/** Whether a process runs; `unknown` where this process cannot see it. */
type Liveness = 'alive' | 'gone' | 'unknown';

/** Field 22 of /proc/PID/stat, where the third is the first after the name. */
const START_FIELD = 19;

export function thisProcess(): ProcessIdentity {
  return identityOf(process.pid);
}

/** A process that this one can see. */
export function identityOf(pid: number): ProcessIdentity {
  return {pid, start: look(pid).start, ...thisPlace()};
}

let place: Place | undefined;

function thisPlace(): Place {
  place ??= {
    host: os.hostname(),
    machine: firstLine('/etc/machine-id'),
    boot: firstLine('/proc/sys/kernel/random/boot_id'),
    namespace: pidNamespace(),
  };
  return place;
}

function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

/** Whether its process id can be looked up here; `gone` where its machine was started anew since. */
function placeOf(there: Place): 'here' | 'elsewhere' | 'gone' {
  const here = thisPlace();
  // Written by an earlier version, which knew of one place only.
  if (there.host === undefined) return 'here';
  if (there.boot !== here.boot) {
    const isSameMachine = there.machine !== undefined && there.machine === here.machine;
    return isSameMachine && there.host === here.host ? 'gone' : 'elsewhere';
  }
  // A host name can change while a process runs; where there are boots and namespaces, they decide.
  const isHere =
    there.boot === undefined ? there.host === here.host : there.namespace === here.namespace;
  return isHere ? 'here' : 'elsewhere';
}

/** Whether a process still runs, as far as this one can tell. */
export function livenessOf(identity: ProcessIdentity): Liveness {
  const where = placeOf(identity);
  if (where !== 'here') return where === 'gone' ? 'gone' : 'unknown';
  if (!isProcessAlive(identity)) return 'gone';
  // Where the system tells beginnings, an id without one may be anybody's.
  const isAnybody = identity.start === undefined && thisProcess().start !== undefined;
  return isAnybody ? 'unknown' : 'alive';
}

/**
 * Whether a process of this place still runs: not ended, not a zombie, and not another one with its
 * id.
 */
export function isProcessAlive({pid, start}: ProcessIdentity): boolean {
  // To a signal, 0 and less are whole groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0 || !answers(pid)) return false;
  const now = look(pid);
  if (now.isEnded) return false;
  return start === undefined || now.start === undefined || start === now.start;
}

/** The program of a process and its arguments; undefined where the system does not tell. */
export function commandLine(pid: number): readonly string[] | undefined {
  try {
    if (process.platform !== 'linux') return undefined;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return undefined;
  }
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
  const boot = thisPlace().boot?.slice(0, 8) ?? '';
  return {start: `${boot}:${fields[START_FIELD]}`, isEnded: state === 'Z' || state === 'X'};
}
