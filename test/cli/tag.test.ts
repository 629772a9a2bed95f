import {writeFileSync} from 'node:fs';
import {PassThrough} from 'node:stream';
import {describe, expect, it} from 'vitest';
import type {CommandContext, ToAction} from '../../src/cli/command.js';
import {makeProgram} from '../../src/cli/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

/** Runs a command in this process; returns what it prints. */
async function printed(...args: string[]): Promise<{readonly stdout: string; stderr: string}> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const toAction: ToAction =
    action =>
    async (...values) => {
      await action(
        {stdout, stderr, env: {}, now: Date.now} as unknown as CommandContext,
        ...values,
      );
    };
  await makeProgram(toAction, '0.0.0').parseAsync(['node', 'celeba-tui', ...args]);
  const text = (stream: PassThrough): string => String((stream.read() as Buffer | null) ?? '');
  return {stdout: text(stdout), stderr: text(stderr)};
}

/** A folder with two runs. */
function twoRuns(): string {
  const runs = temporaryFolder();
  for (const day of [1, 2])
    writeRun(runs, {
      id: `2026010${day}-000000-r-000${day}`,
      experiment: `run-${day}`,
      heads: {Male: right(day, 4)},
    });
  return runs;
}

describe('the command tag', () => {
  it('changes tags, note and pin, and prints them', async () => {
    const runs = twoRuns();
    const id = '20260101-000000-r-0001';
    const first = await printed(
      'tag',
      'run-1',
      '--add',
      'a,b',
      '--note',
      'too high',
      '--pin',
      '--runs',
      runs,
    );
    expect(first.stdout).toBe(`${id}  pinned a b  too high\n`);
    const next = await printed('tag', id, '--remove', 'a', '--no-note', '--unpin', '--runs', runs);
    expect(next.stdout).toBe(`${id}  b\n`);
    const shown = await printed('tag', 'run-1', 'run-2', '--runs', runs);
    expect(shown.stdout).toBe(`${id}  b\n20260102-000000-r-0002  no tags\n`);
    expect((await printed('runs', '--filter', 'tag:b', '--runs', runs)).stdout).toMatch(
      /RESULT +TAGS\n.*r-0001.* b\n$/,
    );
  });

  it('accepts one of --pin and --unpin, and tags of plain characters only', async () => {
    const runs = twoRuns();
    await expect(printed('tag', 'run-1', '--pin', '--unpin', '--runs', runs)).rejects.toThrow(
      'expected at most one of --pin, --unpin',
    );
    await expect(printed('tag', 'run-1', '--add', 'a b!', '--runs', runs)).rejects.toThrow(
      '"b!" is not a tag.',
    );
    expect((await printed('tag', 'run-1', '--runs', runs)).stdout).toContain('no tags');
  });
});

describe('the list of runs as JSON', () => {
  it('has the facts of the runs that the filter lets through', async () => {
    const runs = twoRuns();
    await printed('tag', 'run-1', '--add', 'paper', '--runs', runs);
    const {stdout} = await printed('runs', '--json', '--filter', 'tag:paper', '--runs', runs);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        id: '20260101-000000-r-0001',
        experiment: 'run-1',
        status: 'completed',
        seed: 1,
        accuracy: 0.25,
        heads: {Male: {accuracy: 0.25}},
        tags: ['paper'],
        note: '',
        pinned: false,
        problem: null,
      },
    ]);
  });

  it('names what cannot be read, and is an empty array without runs', async () => {
    const runs = twoRuns();
    writeFileSync(`${runs}/20260101-000000-r-0001/notes.json`, 'x');
    const {stdout, stderr} = await printed('runs', '--json', '--runs', runs);
    expect(JSON.parse(stdout)).toMatchObject([
      {problem: null},
      {problem: expect.stringContaining('notes.json: ') as string, tags: []},
    ]);
    expect(stderr).toContain('note: 20260101-000000-r-0001: notes.json: ');
    expect((await printed('runs', '--json', '--runs', temporaryFolder())).stdout).toBe('[]\n');
  });
});
