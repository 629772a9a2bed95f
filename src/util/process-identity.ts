import {execFileSync} from 'node:child_process';
import {readFileSync, readlinkSync} from 'node:fs';
import os from 'node:os';
import * as z from 'zod';

const text = z.string().max(500).optional();

/** Where a process runs; undefined where the system does not say. */
const Place = z.object({
  host: text,
  /** Id of the installation, which distinguishes machines of the same name. */
  machine: text,
  /** Id of the boot, which no process outlives. */
  boot: text,
  /** Namespace of its process id; each container has one. */
  namespace: text,
});
type Place = Readonly<z.infer<typeof Place>>;

/** Identifies a process, so that a later process with the same id is not mistaken for it. */
export const ProcessIdentity = Place.extend({
  pid: z.int().positive(),
  /** Its start time in the system's terms; undefined where the system does not say. */
  start: text,
});
export type ProcessIdentity = Readonly<z.infer<typeof ProcessIdentity>>;

/** Whether a process runs; `unknown` where this process cannot see it. */
type Liveness = 'alive' | 'gone' | 'unknown';

/** Index of field 22 of /proc/PID/stat, counted from the field after the name. */
const START_FIELD = 19;

export function thisProcess(): ProcessIdentity {
  return identityOf(process.pid);
}

/** Identity of a process that this process can see. */
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

/** Whether a process id of that place is valid here; `gone` if its machine has restarted since. */
function placeOf(there: Place): 'here' | 'elsewhere' | 'gone' {
  const here = thisPlace();
  // Earlier versions wrote no place.
  if (there.host === undefined) return 'here';
  if (there.boot !== here.boot) {
    const isSameMachine = there.machine !== undefined && there.machine === here.machine;
    return isSameMachine && there.host === here.host ? 'gone' : 'elsewhere';
  }
  // Host names may change while a process runs, so boots and namespaces decide where they exist.
  const isHere =
    there.boot === undefined ? there.host === here.host : there.namespace === here.namespace;
  return isHere ? 'here' : 'elsewhere';
}

/** Whether a process still runs, as far as this process can see. */
export function livenessOf(identity: ProcessIdentity): Liveness {
  const where = placeOf(identity);
  if (where !== 'here') return where === 'gone' ? 'gone' : 'unknown';
  if (!isProcessAlive(identity)) return 'gone';
  // Without a start time, the id may belong to another process.
  const isAmbiguous = identity.start === undefined && thisProcess().start !== undefined;
  return isAmbiguous ? 'unknown' : 'alive';
}

/**
 * Whether a process of this machine still runs: it has not ended, is no zombie, and its id belongs to
 * no other process.
 */
export function isProcessAlive({pid, start}: ProcessIdentity): boolean {
  // For signals, ids of 0 and below stand for groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0 || !answers(pid)) return false;
  const now = look(pid);
  if (now.isEnded) return false;
  return start === undefined || now.start === undefined || start === now.start;
}

/** Program and arguments of a process; undefined where the system does not say. */
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
    // EPERM: the process exists and belongs to another user.
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
  // The name is in parentheses and may contain any character.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  const boot = thisPlace().boot?.slice(0, 8) ?? '';
  return {start: `${boot}:${fields[START_FIELD]}`, isEnded: state === 'Z' || state === 'X'};
}
