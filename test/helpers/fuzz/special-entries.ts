import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';

/** What may stand where a file of the program is expected. */
export const specialKinds = ['link', 'link to nowhere', 'loop', 'pipe', 'folder'] as const;
export type SpecialKind = (typeof specialKinds)[number];

const SECRET = 'This belongs to somebody else.';

/** A folder beside the runs that nothing may read into its output or change. */
export class OutsideFolder {
  constructor(private readonly folder: string) {}

  /** Writes it anew. */
  reset(): void {
    rmSync(this.folder, {recursive: true, force: true});
    mkdirSync(this.folder, {recursive: true});
    writeFileSync(path.join(this.folder, 'secret'), SECRET);
  }

  /** Replaces an entry by a link into this folder, a pipe, or a folder. */
  place(entry: string, kind: SpecialKind): void {
    rmSync(entry, {recursive: true, force: true});
    if (kind === 'pipe') spawnSync('mkfifo', [entry]);
    else if (kind === 'folder') mkdirSync(entry);
    else if (kind === 'loop') symlinkSync(entry, entry);
    else symlinkSync(path.join(this.folder, kind === 'link' ? 'secret' : 'missing'), entry);
  }

  /** @param output Everything that the program printed. */
  expectUntouched(output: string): void {
    expect(readdirSync(this.folder)).toEqual(['secret']);
    expect(readFileSync(path.join(this.folder, 'secret'), 'utf8')).toBe(SECRET);
    expect(output).not.toContain(SECRET);
  }
}

/**
 * Runs work and fails where it signals a process. Signal 0 only asks whether one exists.
 *
 * @returns What the work returns.
 */
export async function withoutSignals<T>(work: () => Promise<T>): Promise<T> {
  const kill = process.kill.bind(process);
  const signals: string[] = [];
  process.kill = (pid, signal) => {
    if (signal === 0) return kill(pid, 0);
    signals.push(`${signal} to ${pid}`);
    return true;
  };
  try {
    const result = await work();
    expect(signals).toEqual([]);
    return result;
  } finally {
    process.kill = kill;
  }
}
