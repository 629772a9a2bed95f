import {mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {folderNotes} from '../../src/cli/folder-notes.js';
import {assertTrainable} from '../../src/runs/folder-faults.js';
import {runFacts, sortedRuns} from '../../src/runs/run-facts.js';
import {parseRunFilter} from '../../src/runs/run-filter.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {changeRunNotes, tagsIn} from '../../src/runs/run-notes.js';
import {listRuns, readRun, RunsWatcher} from '../../src/runs/run-record.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

function aRun(runs = temporaryFolder(), day = 1): RunFolder {
  const id = `2026010${day}-000000-r-000${day}`;
  return writeRun(runs, {id, experiment: `r-${day}`, heads: {Male: right(day, 4)}});
}

describe('the notes of a run', () => {
  it('are added to, removed and kept in one file', async () => {
    const folder = aRun();
    expect((await readRun(folder)).notes).toEqual({tags: [], note: '', pinned: false});
    await changeRunNotes(folder, {add: ['paper', 'baseline'], note: ' too high ', pinned: true});
    await changeRunNotes(folder, {add: ['paper', 'third'], remove: ['baseline']});
    expect(JSON.parse(readFileSync(folder.notes, 'utf8'))).toEqual({
      version: 1,
      tags: ['paper', 'third'],
      note: 'too high',
      pinned: true,
    });
    expect((await readRun(folder)).notes).toMatchObject({tags: ['paper', 'third'], pinned: true});
    expect(() => assertTrainable(folder)).not.toThrow();
  });

  it.each([
    ['{', /JSON/],
    ['{"version":2,"tags":[],"note":"","pinned":false}', /version/],
    ['{"version":1,"tags":["two words"],"note":"","pinned":false}', /tags\.0/],
    ['{"version":1,"tags":[],"note":"","pinned":false,"color":"red"}', /color/],
  ])(
    '%s is named as broken, lists the run all the same, and is not overwritten',
    async (text, reason) => {
      const runs = temporaryFolder();
      const folder = aRun(runs);
      writeFileSync(folder.notes, text);
      const records = await listRuns(runs);
      expect(records[0]).toMatchObject({status: 'completed', notes: {tags: []}});
      expect(records[0]?.notes.fault).toMatch(reason);
      expect(await folderNotes(runs, records)).toEqual([
        expect.stringContaining(`${folder.id}: notes.json: `),
      ]);
      await expect(changeRunNotes(folder, {add: ['paper']})).rejects.toThrow(
        'Nothing was changed.',
      );
      expect(readFileSync(folder.notes, 'utf8')).toBe(text);
    },
  );

  it('are neither read nor written through a link', async () => {
    const runs = temporaryFolder();
    const folder = aRun(runs);
    const theirs = path.join(temporaryFolder(), 'theirs.json');
    const content = '{"version":1,"tags":["theirs"],"note":"","pinned":true}';
    writeFileSync(theirs, content);
    symlinkSync(theirs, folder.notes);
    const records = await listRuns(runs);
    expect(records[0]?.notes).toMatchObject({
      tags: [],
      fault: 'notes.json: it is a link, not a file',
    });
    await expect(changeRunNotes(folder, {pinned: true})).rejects.toThrow('it is a link');
    expect(readFileSync(theirs, 'utf8')).toBe(content);
    expect((await folderNotes(runs, records))[0]).toContain(
      'notes.json is a link. Expected a file',
    );
    rmSync(folder.notes);
    mkdirSync(folder.notes);
    expect((await readRun(folder)).notes.fault).toBe('notes.json: it is a folder, not a file');
  });

  it('are found by tag, by pinned and by a part of the note', async () => {
    const runs = temporaryFolder();
    const folders = [1, 2, 3].map(day => aRun(runs, day));
    const [first, second] = folders;
    if (first === undefined || second === undefined) throw new Error('no runs');
    await changeRunNotes(first, {add: ['paper', 'x'], pinned: true});
    await changeRunNotes(second, {add: ['paper-2'], note: 'rate too high'});
    const records = await listRuns(runs);
    const passed = (filter: string) => {
      const {matches, problems} = parseRunFilter(filter, records);
      expect(problems).toEqual([]);
      return records.filter(matches).map(({state}) => state.experiment);
    };
    expect(passed('tag:paper')).toEqual(['r-1']);
    expect(passed('tag=X')).toEqual(['r-1']);
    expect(passed('tags~paper')).toEqual(['r-2', 'r-1']);
    expect(passed('tag!=paper')).toEqual(['r-3', 'r-2']);
    expect(passed('pinned')).toEqual(['r-1']);
    expect(passed('note~high')).toEqual(['r-2']);
    expect(parseRunFilter('tag>x', records).problems).toEqual([
      'tag>x: Expected =, :, != or ~; received >.',
    ]);
  });

  it('put pinned runs first, whatever the order', async () => {
    const runs = temporaryFolder();
    const [, second] = [1, 2, 3].map(day => aRun(runs, day));
    if (second !== undefined) await changeRunNotes(second, {pinned: true});
    const records = await listRuns(runs);
    const accuracy = runFacts(records).find(({key}) => key === 'accuracy');
    if (accuracy === undefined) throw new Error('no accuracy');
    const names = (descending: boolean) =>
      sortedRuns(records, accuracy, descending).map(({state}) => state.experiment);
    expect(names(true)).toEqual(['r-2', 'r-3', 'r-1']);
    expect(names(false)).toEqual(['r-2', 'r-1', 'r-3']);
  });

  it('reach a program that follows the runs when they change', async () => {
    const runs = temporaryFolder();
    const folder = aRun(runs);
    const watcher = new RunsWatcher(runs);
    const before = await watcher.poll();
    await watcher.poll();
    await changeRunNotes(folder, {add: ['paper']});
    watcher.readAllNext();
    const after = await watcher.poll();
    expect(after).not.toBe(before);
    expect(after[0]?.notes.tags).toEqual(['paper']);
    watcher.readAllNext();
    expect(await watcher.poll()).toBe(after);
  });

  it('have tags of plain characters, with commas or blanks between them', () => {
    expect(tagsIn(' a, b  미소/2,')).toEqual(['a', 'b', '미소/2']);
    expect(() => tagsIn('-a')).toThrow('"-a" is not a tag. Expected a letter or digit');
    expect(() => tagsIn('\u001B[31m')).toThrow(String.raw`"\u001b[31m" is not a tag`);
  });
});
