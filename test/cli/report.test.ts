import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import {describe, expect, it} from 'vitest';
import {runCompare} from '../../src/cli/commands/compare.js';
import {runReport, type ReportFlags} from '../../src/cli/commands/report.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun, type WrittenRun} from '../helpers/written-runs.js';

const first: WrittenRun = {
  id: '20260101-000000-first-aaaa',
  experiment: 'first',
  heads: {Male: right(8, 10)},
};
const second: WrittenRun = {
  ...first,
  id: '20260101-000001-second-bbbb',
  experiment: 'second',
};

function workplaceOf(...runs: readonly WrittenRun[]) {
  const folder = temporaryFolder();
  for (const run of runs) writeRun(folder, run);
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const env: NodeJS.ProcessEnv = {};
  const deps = {stdout, stderr, env, now: () => 0, version: '1', cacheFolder: folder};
  const said = (stream: PassThrough): string => String((stream.read() as Buffer | null) ?? '');
  const report = async (names: readonly string[], flags: Partial<ReportFlags> = {}) => {
    const given = {runs: folder, format: 'html', faces: false, each: false, ...flags} as const;
    const code = await runReport(names, given, deps);
    return {code, stdout: said(stdout), stderr: said(stderr)};
  };
  return {folder, deps, env, report};
}

describe('report', () => {
  it("writes one run's page into its folder, and says where", async () => {
    const {folder, report} = workplaceOf(first);
    const file = path.join(folder, first.id, 'report.html');
    expect(await report(['latest'])).toEqual({code: 0, stdout: `${file}\n`, stderr: ''});
    expect(readFileSync(file, 'utf8')).toContain('first: Male 0.800');
  });

  it('writes that of several beside the numbers of their comparison', async () => {
    const {folder, report} = workplaceOf(first, second);
    const {stdout} = await report(['first', 'second']);
    const comparison = path.join(folder, 'comparisons', '19700101-000000');
    expect(stdout).toBe(`${path.join(comparison, 'comparison.html')}\n`);
    expect(readdirSync(comparison).sort()).toEqual([
      'comparison.csv',
      'comparison.html',
      'comparison.json',
      'comparison.md',
      'heads.csv',
      'pairs.csv',
    ]);
  });

  it('writes where it is told to, or to stdout', async () => {
    const {folder, report} = workplaceOf(first, second);
    const out = path.join(folder, 'new', 'page.html');
    expect((await report(['first', 'second'], {out})).stdout).toBe(`${out}\n`);
    expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>/);
    expect((await report(['first'], {out: '-'})).stdout).toMatch(/^<!doctype html>/);
    expect((await report(['first'], {format: 'md'})).stdout).toMatch(/^## first\n/);
    expect(existsSync(path.join(folder, 'comparisons'))).toBe(false);
  });

  it('says what to do where it cannot write', async () => {
    const {folder, report} = workplaceOf(first);
    writeFileSync(path.join(folder, 'file'), '');
    await expect(report(['first'], {out: path.join(folder, 'file', 'page.html')})).rejects.toThrow(
      expect.objectContaining({
        exitCode: 1,
        hint: 'Name a writable file with --out FILE.',
      }) as Error,
    );
  });

  it('does without images that are not there any more', async () => {
    const {report} = workplaceOf(first);
    const {code, stderr} = await report(['first'], {faces: true});
    expect(code).toBe(0);
    expect(stderr).toContain('20260101-000000-first-aaaa: its images cannot be shown: ');
  });
});

describe('images of mistakes', () => {
  it('are refused with Markdown, which has none', async () => {
    const {report} = workplaceOf(first);
    await expect(report(['first'], {faces: true, format: 'md'})).rejects.toThrow(
      '--faces needs --format html; received --format md.',
    );
  });
});

describe('the rows of compare', () => {
  it('are those of the CSV, and refused with any other format', async () => {
    const {folder, deps} = workplaceOf(first, second);
    const flags = {runs: folder, all: false, transpose: false, each: false, rows: 'pairs'} as const;
    await runCompare(['first', 'second'], {...flags, format: 'csv'}, deps);
    expect(String(deps.stdout.read())).toMatch(/^first,second,head,.*\nfirst,second,Male,10,1,0,/);
    await expect(runCompare(['first'], {...flags, format: 'json'}, deps)).rejects.toThrow(
      '--rows pairs needs --format csv; received --format json.',
    );
  });
});

describe('the summary of a step in GitHub Actions', () => {
  it('gets the Markdown of report and compare, after what is there', async () => {
    const {folder, deps, env, report} = workplaceOf(first, second);
    const summary = path.join(folder, 'summary.md');
    writeFileSync(summary, 'before\n');
    env['GITHUB_STEP_SUMMARY'] = summary;
    await report(['first']);
    const flags = {
      runs: folder,
      format: 'table',
      all: false,
      transpose: false,
      each: false,
    } as const;
    await runCompare(['first', 'second'], flags, deps);
    const text = readFileSync(summary, 'utf8');
    expect(text).toMatch(/^before\n## first\n/);
    expect(text).toContain('**No significant difference between first and second');
  });

  it('fails nothing where it cannot be written', async () => {
    const {folder, env, report} = workplaceOf(first);
    mkdirSync(path.join(folder, 'summary.md'));
    env['GITHUB_STEP_SUMMARY'] = path.join(folder, 'summary.md');
    const {code, stderr} = await report(['first']);
    expect(code).toBe(0);
    expect(stderr).toContain('note: the step summary cannot be written: EISDIR');
  });
});
