import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';
import {RunFolder} from '../../src/runs/run-folder.js';
import {readRun, type RunRecord} from '../../src/runs/run-record.js';
import {tinyYaml} from './experiments.js';
import {CLEAN_END, type PseudoTerminal} from './pseudo-terminal.js';
import {workplace} from './workplace.js';

/** A working folder with an experiment that takes a moment and one that takes minutes. */
export function place(): string {
  const cwd = workplace();
  writeFileSync(
    path.join(cwd, 'experiments', 'long.yaml'),
    tinyYaml.replace('name: tiny', 'name: long').replace('epochs: 2', 'epochs: 10000'),
  );
  return cwd;
}

export function records(cwd: string): Promise<RunRecord[]> {
  const runs = path.join(cwd, 'runs');
  const names = readdirSync(runs).filter(name => /^\d{8}-/.test(name));
  return Promise.all(names.sort().map(name => readRun(new RunFolder(path.join(runs, name)))));
}

export async function trainerOf(cwd: string): Promise<number> {
  const pid = (await records(cwd))[0]?.state.trainer?.pid;
  if (pid === undefined) throw new Error('No trainer has begun.');
  return pid;
}

/** The process that works on the queue now; undefined where none does. */
export function holderOf(cwd: string): number | undefined {
  const folder = path.join(cwd, 'runs', '.queue');
  const lock = readdirSync(folder).find(name => name.endsWith('.lock'));
  if (lock === undefined) return undefined;
  return (JSON.parse(readFileSync(path.join(folder, lock), 'utf8')) as {pid: number}).pid;
}

/** Nothing of the interface is left: the normal screen with its cursor, lines and signals, pastes unmarked, the mouse its own. */
export function expectCleanEnd(terminal: PseudoTerminal, text: string): void {
  expect(terminal.isAlternate).toBe(false);
  expect(terminal.isCursorShown).toBe(true);
  expect(terminal.isMarkingPastes).toBe(false);
  expect(terminal.isReportingMouse).toBe(false);
  expect(text).toContain(CLEAN_END);
  expect(terminal.output.split('\u001B[?1049h').length).toBe(2);
  expect(terminal.output.split('\u001B[?1049l').length).toBe(2);
}
