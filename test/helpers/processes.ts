import {readdirSync, readFileSync} from 'node:fs';

/** Processes that this one started, and those that they did; Linux only. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const of = (parent: number): number[] =>
    [...parents].flatMap(([child, own]) => (own === parent ? [child, ...of(child)] : []));
  return of(pid);
}

/** SIGKILL by default; a process that is gone already is none. */
export function signal(pid: number, name: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone.
  }
}

/** 0 for a process that is gone. */
export function parentOf(pid: number): number {
  const [, parent] = /^PPid:\s+(\d+)/m.exec(statusOf(pid)) ?? [];
  return Number(parent ?? 0);
}

/** The name of its program, such as `node`; undefined for a process that is gone. */
export function nameOf(pid: number): string | undefined {
  return /^Name:\s+(.*)/.exec(statusOf(pid))?.[1];
}

/** '' for a process that is gone. */
function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

/** The processes with these variables in the environment that they started with. */
export function processesWith(...variables: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return variables.every(variable => environment.includes(variable));
      } catch {
        return false;
      }
    })
    .filter(pid => pid !== process.pid);
}
