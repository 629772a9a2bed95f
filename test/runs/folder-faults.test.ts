import {spawnSync} from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {saveComparison} from '../../src/report/page/save.js';
import {compareRuns} from '../../src/compare/comparison.js';
import {assertTrainable, folderFaults} from '../../src/runs/folder-faults.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {readRun} from '../../src/runs/run-record.js';
import {continuationOf} from '../../src/training/trainer/continuation.js';
import {writeCheckpoint} from '../../src/training/checkpoint.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

const CONFIG = 'c';

function aRun(runs = temporaryFolder()): RunFolder {
  return writeRun(runs, {
    id: '20260101-000000-r-0001',
    experiment: 'r',
    heads: {Male: right(3, 4)},
  });
}

/** Somebody's folder with a file in it and in a folder below. */
function theirs(): string {
  const folder = path.join(temporaryFolder(), 'theirs');
  mkdirSync(path.join(folder, 'below'), {recursive: true});
  writeFileSync(path.join(folder, 'thesis.txt'), 'theirs');
  writeFileSync(path.join(folder, 'below', 'data.bin'), 'theirs');
  return folder;
}

const filesOf = (folder: string) => readdirSync(folder, {recursive: true}).sort();

describe('a run folder with links in it', () => {
  it.each(['checkpoints', 'models', 'tensorboard', 'tensorboard/train', 'split', 'export'])(
    'is not trained in where %s is a link, and that is said with what to do',
    name => {
      const folder = aRun();
      const entry = path.join(folder.path, name);
      rmSync(entry, {recursive: true, force: true});
      mkdirSync(path.dirname(entry), {recursive: true});
      symlinkSync(theirs(), entry);
      expect(() => assertTrainable(folder)).toThrow(
        expect.objectContaining({
          name: 'UserError',
          exitCode: 1,
          message: `${folder.path}: the run cannot be trained in this folder: ${name} is a link. Expected a folder.`,
          hint: expect.stringContaining('--runs DIR') as string,
        }) as Error,
      );
    },
  );

  it.each(['run.json', 'experiment.yaml', 'events.jsonl', 'trainer.log', 'trainer.lock'])(
    'is not trained in where %s is a link, a pipe or a folder',
    name => {
      const folder = aRun();
      const entry = path.join(folder.path, name);
      const makers: Readonly<Record<string, () => void>> = {
        'a link': () => symlinkSync(path.join(theirs(), 'thesis.txt'), entry),
        'a pipe': () => spawnSync('mkfifo', [entry]),
        'a folder': () => mkdirSync(entry),
      };
      for (const [what, make] of Object.entries(makers)) {
        rmSync(entry, {recursive: true, force: true});
        make();
        expect(() => assertTrainable(folder)).toThrow(`${name} is ${what}. Expected a file`);
      }
    },
  );

  it('is told of where a folder of it is a link to itself', () => {
    const folder = aRun();
    symlinkSync(folder.tensorboard, folder.tensorboard);
    expect(folderFaults(folder).map(({text}) => text)).toEqual([
      'tensorboard is a link. Expected a folder',
    ]);
  });

  it('may have a link where a file is replaced, and no folder there', () => {
    const folder = aRun();
    symlinkSync(path.join(theirs(), 'thesis.txt'), folder.metrics);
    symlinkSync('/nowhere', folder.report);
    assertTrainable(folder);
    expect(folderFaults(folder)).toEqual([
      {text: 'metrics.csv is a link. Expected a file', isHarmless: true},
      {text: 'report.html is a link. Expected a file', isHarmless: true},
    ]);
    rmSync(folder.metrics);
    mkdirSync(folder.metrics);
    expect(() => assertTrainable(folder)).toThrow('metrics.csv is a folder');
  });

  it('loses nothing of what checkpoints or models lead to, whoever resumes', async () => {
    for (const name of ['checkpoints', 'models'] as const) {
      const folder = aRun();
      const other = theirs();
      rmSync(folder[name], {recursive: true, force: true});
      symlinkSync(other, folder[name]);
      await expect(continuationOf(folder, CONFIG)).rejects.toThrow('it is a link');
      expect(filesOf(other)).toEqual(['below', 'below/data.bin', 'thesis.txt']);
    }
  });

  it('keeps what lies beside its checkpoint, except what a kill left of one', async () => {
    const folder = aRun();
    await writeCheckpoint(folder.checkpoints, {
      version: 4,
      config: CONFIG,
      ended: [],
      progress: undefined,
      seconds: 1,
    });
    const kept = [
      'notes.txt',
      'latest.checkpoint.20241126',
      'epoch-9.checkpoint',
      'mine.unfinished',
    ];
    for (const name of kept) writeFileSync(path.join(folder.checkpoints, name), 'theirs');
    mkdirSync(path.join(folder.checkpoints, 'older'));
    const unfinished = 'latest.checkpoint.123-0a1b2c3d.unfinished';
    writeFileSync(path.join(folder.checkpoints, unfinished), '');
    writeFileSync(path.join(folder.path, 'metrics.csv.123-0a1b2c3d.unfinished'), '');
    writeFileSync(path.join(folder.path, 'notes.md.123-0a1b2c3d.unfinished'), 'theirs');
    expect((await continuationOf(folder, CONFIG)).from).toBeDefined();
    expect(readdirSync(folder.checkpoints).sort()).toEqual(
      [...kept, 'latest.checkpoint', 'older'].sort(),
    );
    const left = readdirSync(folder.path).filter(name => name.endsWith('.unfinished'));
    expect(left).toEqual(['notes.md.123-0a1b2c3d.unfinished']);
  });

  it('does not begin again, and says why, where its checkpoint is a link', async () => {
    const folder = aRun();
    await writeCheckpoint(folder.checkpoints, {
      version: 4,
      config: CONFIG,
      ended: [],
      progress: undefined,
      seconds: 1,
    });
    const file = path.join(folder.checkpoints, 'latest.checkpoint');
    renameSync(file, path.join(folder.path, 'elsewhere'));
    symlinkSync('../elsewhere', file);
    await expect(continuationOf(folder, CONFIG)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('it is a link, not a file') as string,
    });
  });

  it('gives a comparison nothing of what its links lead to', async () => {
    const runs = temporaryFolder();
    const folder = aRun(runs);
    const secret = path.join(theirs(), 'thesis.txt');
    for (const file of [folder.summary, folder.experiment, folder.predictions, folder.trainerLog]) {
      rmSync(file, {force: true});
      symlinkSync(secret, file);
    }
    const comparison = await compareRuns([await readRun(folder)]);
    expect(comparison.groups[0]?.runs[0]?.problem).toBe('no predictions: it is a link, not a file');
    const saved = await saveComparison(comparison, runs, {now: () => 0, version: '1'});
    for (const name of readdirSync(saved))
      expect(readFileSync(path.join(saved, name), 'utf8')).not.toContain('theirs');
  });

  it('keeps its comparison out of a folder that comparisons leads to', async () => {
    const runs = temporaryFolder();
    const comparison = await compareRuns([await readRun(aRun(runs))]);
    const other = theirs();
    symlinkSync(other, path.join(runs, 'comparisons'));
    await expect(saveComparison(comparison, runs, {now: () => 0, version: '1'})).rejects.toThrow(
      'it is a link, not a folder',
    );
    expect(filesOf(other)).toEqual(['below', 'below/data.bin', 'thesis.txt']);
  });
});
