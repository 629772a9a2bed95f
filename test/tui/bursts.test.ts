import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {receive} from '../../src/tui/actions/press.js';
import {TuiController, type ExitReason} from '../../src/tui/controller.js';
import type {Input} from '../../src/tui/keys/key-bursts.js';
import {keyTable} from '../../src/tui/keys/key-table.js';
import {tabs, type Screen} from '../../src/tui/state/interface-state.js';
import {fixtureServices} from '../helpers/interface-services.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

const ids = ['20260101-000000-a-0001', '20260102-000000-b-0002'];

/**
 * An interface on two finished runs; `type` is one read of the keyboard, `asked` what it had the
 * rest of the program do.
 */
async function sitDown(screen: Screen = 'runs') {
  const runs = temporaryFolder();
  for (const id of ids) writeRun(runs, {id, experiment: id, heads: {Male: right(3, 4)}});
  const services = fixtureServices({runs});
  const asked: string[] = [];
  const told = <T extends object>(what: T, names: readonly (keyof T & string)[]): T =>
    new Proxy(what, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (!(names as readonly (string | symbol)[]).includes(name)) return value;
        return (...args: unknown[]): unknown => {
          asked.push(String(name));
          return (value as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  const queue = told(services.queue, ['add', 'addRuns', 'start', 'stop', 'obey']);
  const controller = new TuiController(
    told({...services, queue}, [
      ...([
        'addExperiments',
        'resumeRuns',
        'resumeQueue',
        'askToStop',
        'command',
        'deleteRun',
        'takeBack',
        'emptyOldTrash',
        'copyExperiment',
      ] as const),
      ...(['dismissInterrupted', 'edit', 'saveComparison', 'dataTask'] as const),
    ]),
    screen,
  );
  const exits: (ExitReason | 'lend' | 'suspend')[] = [];
  controller.suspend = () => exits.push('suspend');
  controller.attach({
    exit: reason => exits.push(reason),
    lend: work => {
      exits.push('lend');
      return work();
    },
  });
  const opened = controller.open();
  onTestFinished(() => controller.close());
  await Promise.all([opened.experiments, opened.runs]);
  let id = 0;
  const read = (...inputs: readonly Input[]): void => {
    id += 1;
    receive(controller, {inputs, id, isAlone: inputs.length === 1});
  };
  const type = (...keys: readonly string[]): void => read(...keys.map(key => ({key})));
  const paste = (text: string): void => read({paste: text});
  return {controller, runs, exits, asked, type, paste};
}

function runsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => !name.startsWith('.'))
    .sort();
}

describe('keys that arrive together', () => {
  it('start, stop, delete and end nothing, on any screen', async () => {
    const {controller, runs, exits, asked, type} = await sitDown();
    const keys = [...new Set([...keyTable.flatMap(binding => binding.keys), 'y', 's', 'x'])].filter(
      // Ctrl-C ends whatever there is.
      key => key !== 'ctrl-c',
    );
    const screens: readonly Screen[] = [...tabs, 'run'];
    fc.assert(
      fc.property(
        fc.constantFrom(...screens),
        fc.array(fc.array(fc.constantFrom(...keys), {minLength: 2, maxLength: 12}), {maxLength: 3}),
        (screen, reads) => {
          controller.change(state => ({
            ...state,
            screen,
            question: undefined,
            prompt: undefined,
            help: false,
          }));
          for (const read of reads) type(...read);
          return exits.length === 0 && asked.length === 0;
        },
      ),
    );
    expect(runsIn(runs)).toEqual(ids);
  });

  it('do not quit where a command is found by the words of Ctrl-C', async () => {
    const {exits, type} = await sitDown();
    type(':');
    for (const key of 'second') type(key);
    type('enter', '6');
    expect(exits).toEqual([]);
  });

  it('move the cursor and type into a filter, as keys do that a slow line held back', async () => {
    const {controller, type} = await sitDown();
    type('j', 'k', 'j');
    expect(controller.state.lists.runs.cursor).toBe(ids[0]);
    type('/', 'a', 'b', 'c');
    expect(controller.state.lists.runs.filter).toBe('abc');
  });

  it('ask a question at most, and never answer it', async () => {
    const {controller, runs, type} = await sitDown();
    const answered = vi.fn();
    controller.ask({text: 'Sure?', choices: [{key: 'y', label: 'yes', act: answered}]});
    type('y', 'y');
    controller.burst = 99;
    controller.ask({text: 'Sure?', choices: [{key: 'y', label: 'yes', act: answered}]});
    receive(controller, {inputs: [{key: 'y'}], id: 99, isAlone: true});
    expect(answered).not.toHaveBeenCalled();
    expect(controller.state.question).toBeUndefined();
    type('d', 'y');
    expect(runsIn(runs)).toEqual(ids);
  });

  it('say why nothing was done', async () => {
    const {controller, type} = await sitDown('experiments');
    type('r', 'j');
    type('j', 'r');
    expect(controller.state.notice?.text).toContain('r arrived together with other keys');
  });
});

describe('a question', () => {
  it('is answered by a key that is pressed by itself', async () => {
    const {controller, runs, type} = await sitDown();
    type('d');
    expect(controller.state.question?.text).toContain(`Delete ${ids[1]}?`);
    type('y');
    await vi.waitFor(() => expect(runsIn(runs)).toEqual([ids[0]]));
  });

  it.each(['n', 'escape', 'q', 'j', 'up', 'ctrl-c', '1'])('is cancelled by %s', async key => {
    const {controller, runs, exits, type} = await sitDown();
    type('d');
    type(key);
    expect(controller.state.question).toBeUndefined();
    expect(controller.state.screen).toBe('runs');
    type('y');
    expect(exits).toEqual([]);
    expect(runsIn(runs)).toEqual(ids);
  });
});

describe('pasted text', () => {
  const holiday = 'holiday dy\r\nqy';

  it.each<Screen>([...tabs, 'run'])('does nothing on the screen %s', async screen => {
    const {controller, runs, exits, paste} = await sitDown(screen);
    paste(holiday);
    expect(controller.state.screen).toBe(screen);
    expect(controller.state.question).toBeUndefined();
    expect(controller.state.notice?.text).toContain('Pasted text');
    expect(runsIn(runs)).toEqual(ids);
    expect(exits).toEqual([]);
  });

  it('answers no question and opens none, also in the help', async () => {
    const {controller, runs, type, paste} = await sitDown();
    type('d');
    paste('y');
    expect(controller.state.question).toBeDefined();
    expect(runsIn(runs)).toEqual(ids);
    type('n');
    type('?');
    paste('q');
    expect(controller.state.help).toBe(true);
  });

  it('goes into a filter as text, without its control characters', async () => {
    const {controller, type, paste} = await sitDown();
    type('/');
    type('b');
    paste('\u001B[31mb q\r\nd\ty\u0000\u0007\u009B\n');
    expect(controller.state.lists.runs.filter).toBe('b[31mb q d y');
    expect(controller.state.prompt?.kind).toBe('filter');
    paste('x'.repeat(2000));
    expect(controller.state.lists.runs.filter).toHaveLength(1000);
  });
});

describe('deleted runs', () => {
  it('are taken back by u, the last first, and stay deleted otherwise', async () => {
    const {controller, runs, type} = await sitDown();
    for (const left of [[ids[0]], []]) {
      type('d');
      type('y');
      await vi.waitFor(() =>
        expect(controller.snapshot.get().runs.map(run => run.folder.id)).toEqual(left),
      );
    }
    expect(controller.state.notice?.text).toBe('One run deleted; u restores it.');
    type('u');
    await vi.waitFor(() => expect(runsIn(runs)).toEqual([ids[0]]));
    type('u');
    await vi.waitFor(() => expect(runsIn(runs)).toEqual(ids));
    expect(existsSync(path.join(runs, ids[0] ?? '', 'events.jsonl'))).toBe(true);
    type('u');
    expect(controller.state.notice?.text).toContain('No run was deleted since the start.');
  });

  it('are marked no more, and are taken back together', async () => {
    const {controller, runs, type} = await sitDown();
    type('space');
    type('j');
    type('space');
    type('d');
    expect(controller.state.question?.text).toContain('Delete 2 runs?');
    type('y');
    await vi.waitFor(() => expect(runsIn(runs)).toEqual([]));
    await vi.waitFor(() => expect(controller.state.lists.runs.marked.size).toBe(0));
    type('u');
    await vi.waitFor(() => expect(runsIn(runs)).toEqual(ids));
  });
});
