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
