import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {runCompare} from '../../src/cli/commands/compare.js';
import {findModels} from '../../src/app/models.js';
import {showRuns} from '../../src/cli/runs.js';
import {findRuns, findRunsToCompare} from '../../src/app/find-runs.js';
import {listRuns, runOrigin} from '../../src/runs/run-record.js';
import {keptStreams} from '../helpers/fuzz/handled.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

const OLD = '20260101-000000-r-0001';
const NEW = '20260102-000000-r-0002';
const heads = {Male: right(3, 4)};

/** Two runs of one batch, of which the older one is in a folder of another name. */
function renamed(): string {
  const runs = temporaryFolder();
  writeRun(runs, {id: NEW, experiment: 'r', heads, seed: 2});
  const {path: folder} = writeRun(runs, {id: OLD, experiment: 'r', heads, seed: 1});
  renameSync(folder, path.join(runs, 'zz-best'));
  return runs;
}

async function saidByRuns(runs: string) {
  const {stdout, stderr} = keptStreams();
  expect(await showRuns(runs, {stdout, stderr})).toBe(0);
  return {stdout: stdout.text, stderr: stderr.text};
}

const idsOf = (records: readonly {folder: {id: string}}[]) => records.map(({folder}) => folder.id);

describe('a run whose folder was renamed', () => {
  it('is listed in its place, with the name that it was made with', async () => {
    const runs = renamed();
    expect(idsOf(await listRuns(runs))).toEqual([NEW, 'zz-best']);
    const {stdout, stderr} = await saidByRuns(runs);
    expect(stdout).toContain('zz-best');
    expect(stderr).toContain(`note: zz-best: it was renamed; its original name is ${OLD}\n`);
  });

  it('is found by its new name, by its old one, and with the runs it was started with', async () => {
    const runs = renamed();
    expect(idsOf(await findRuns(['zz-best', OLD, 'latest', 'r'], runs))).toEqual([
      ...['zz-best', 'zz-best'],
      ...[NEW, NEW],
    ]);
    expect(idsOf(await findRunsToCompare(['r'], runs))).toEqual(['zz-best', NEW]);
    const {stdout, stderr} = keptStreams();
    const options = {runs, format: 'csv', all: false, transpose: false, each: true} as const;
    expect(await runCompare(['zz-best', NEW], options, {stdout, stderr, env: {}})).toBe(0);
    expect(stdout.text).toContain('zz-best');
    expect(stderr.text).toContain('it was renamed');
    await expect(findModels('zz-best', runs)).rejects.toThrow(/experiment|model/);
  });
});

describe('a run whose folder was copied', () => {
  it.each(['backup', `${OLD}-copy`])('is named as a copy in %s, and counted once', async name => {
    const runs = temporaryFolder();
    const {path: folder} = writeRun(runs, {id: OLD, experiment: 'r', heads});
    cpSync(folder, path.join(runs, name), {recursive: true});
    const records = await listRuns(runs);
    expect(idsOf(records).sort()).toEqual([OLD, name].sort());
    expect((await saidByRuns(runs)).stderr).toContain(
      `note: ${name}: it is a copy of ${OLD} and does not count as another run\n`,
    );
    expect(idsOf(await findRunsToCompare(['r'], runs))).toEqual([OLD]);
    expect(idsOf(await findRuns(['latest', name, OLD], runs))).toEqual([OLD, name, OLD]);
  });

  it('is one run among copies where the folder with its name is gone', async () => {
    const runs = temporaryFolder();
    const {path: folder} = writeRun(runs, {id: OLD, experiment: 'r', heads});
    for (const name of ['a', 'b']) cpSync(folder, path.join(runs, name), {recursive: true});
    rmSync(folder, {recursive: true});
    const records = await listRuns(runs);
    const kinds = records.map(record => runOrigin(record, records)?.kind);
    expect(kinds.sort()).toEqual(['copy', 'renamed']);
    expect(await findRunsToCompare(['r'], runs)).toHaveLength(1);
  });
});

describe('the folder of the runs', () => {
  it('holds other folders, hidden ones and comparisons, which are no runs', async () => {
    const runs = temporaryFolder();
    const {info} = writeRun(runs, {id: OLD, experiment: 'r', heads});
    for (const name of ['comparisons', 'notes', '.trash/x', '.hidden'])
      mkdirSync(path.join(runs, name), {recursive: true});
    writeFileSync(path.join(runs, '.hidden', 'run.json'), readFileSync(info));
    expect(idsOf(await listRuns(runs))).toEqual([OLD]);
  });

  it('names links to runs, and does not follow them; it may be a link itself', async () => {
    const runs = temporaryFolder();
    writeRun(runs, {id: OLD, experiment: 'r', heads});
    const elsewhere = temporaryFolder();
    writeRun(elsewhere, {id: NEW, experiment: 'r', heads});
    symlinkSync(path.join(elsewhere, NEW), path.join(runs, 'linked'));
    symlinkSync('/nowhere', path.join(runs, '20260103-000000-gone-0003'));
    symlinkSync('/tmp', path.join(runs, 'temporary'));
    const {stdout, stderr} = await saidByRuns(runs);
    expect(stdout).not.toContain('linked');
    expect(stderr).toContain('note: linked is a link and is not followed.');
    expect(stderr).toContain('note: 20260103-000000-gone-0003 is a link and is not followed.');
    expect(stderr).not.toContain('temporary');
    const link = path.join(elsewhere, 'runs');
    symlinkSync(runs, link);
    expect(idsOf(await listRuns(link))).toEqual([OLD]);
  });

  it('says what in a run is a link or no file, and lists the run and the others', async () => {
    const runs = temporaryFolder();
    const folder = writeRun(runs, {id: OLD, experiment: 'r', heads});
    writeRun(runs, {id: NEW, experiment: 'r', heads});
    symlinkSync('/tmp', folder.checkpoints);
    mkdirSync(folder.metrics);
    const {stdout, stderr} = await saidByRuns(runs);
    expect(stdout).toContain(OLD);
    expect(stdout).toContain(NEW);
    expect(stderr).toContain(`note: ${OLD}: checkpoints is a link. Expected a folder\n`);
    expect(stderr).toContain(`note: ${OLD}: metrics.csv is a folder. Expected a file\n`);
    expect(stderr).toContain('No link inside a run folder is followed');
  });
});

describe('runs that started in the same second', () => {
  it('are listed by their starts and not by their names, and the last one is the latest', async () => {
    const runs = temporaryFolder();
    const second = (id: string, ms: string) =>
      writeRun(runs, {...{id, experiment: 'r', heads}, started: `2026-01-01T00:00:00.${ms}Z`});
    second('20260101-000000-r-ffff', '100');
    second('20260101-000000-r-0000', '900');
    expect(idsOf(await listRuns(runs))).toEqual([
      '20260101-000000-r-0000',
      '20260101-000000-r-ffff',
    ]);
    expect(idsOf(await findRuns(['latest'], runs))).toEqual(['20260101-000000-r-0000']);
  });
});
