import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {beforeAll, describe, expect, it} from 'vitest';
import {isProcessAlive} from '../../src/util/process-identity.js';
import {tinyYaml} from '../helpers/experiments.js';
import {PseudoTerminal, type PseudoTerminalOptions} from '../helpers/pseudo-terminal.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {expectCleanEnd, place, records, trainerOf} from '../helpers/terminal-runs.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder(), {images: 40});
});

function open(cwd: string, options: Partial<PseudoTerminalOptions> = {}): PseudoTerminal {
  return new PseudoTerminal({cwd, args: ['--data', data], ...options});
}

/** Opens the interface on a run that takes minutes, in its epochs. */
async function openWhileTraining(cwd = place()): Promise<PseudoTerminal> {
  const terminal = open(cwd, {args: ['run', 'long', '--data', data]});
  await terminal.see(/epoch \d+ of 10000 · running/);
  return terminal;
}

describe('the interface in a terminal', () => {
  it('starts, marks, runs, watches, stops when asked twice, compares, and quits', async () => {
    const cwd = place();
    const terminal = open(cwd);
    await terminal.see('[Experiments]');
    expect(terminal.isAlternate).toBe(true);
    await terminal.see('1,692');
    terminal.press('j'); // from `long` to `tiny`
    await terminal.see(/▸.* tiny/);
    terminal.press(' ');
    await terminal.see('● ');
    terminal.press('\r');
    await terminal.see('[Live]');
    await terminal.see('✓ tiny');
    terminal.press('1');
    await terminal.see('[Experiments]');
    terminal.press('g');
    await terminal.see(/▸.* long/);
    terminal.press('r');
    await terminal.see(/epoch \d+ of 10000 · running/);
    await terminal.see('Male accuracy');
    await terminal.see('majority');
    await terminal.see('images/s');
    terminal.press('x');
    await terminal.see('Stop long with a checkpoint?');
    terminal.press('n');
    await terminal.see('x stop');
    terminal.press('x');
    await terminal.see('y stop');
    terminal.press('y');
    await terminal.see('■ long');
    terminal.press('3');
    await terminal.see(/long +■ stopped/);
    await terminal.see(/tiny +✓ completed/);
    terminal.press(' j c');
    await terminal.see('Verdict');
    await terminal.see('Verdict');
    terminal.press('q');
    const text = await terminal.end();
    expect(text).toContain('celeba-tui: tiny completed, long stopped; results are in ./runs');
    expectCleanEnd(terminal, text);
    expect((await records(cwd)).map(({status}) => status)).toEqual(['completed', 'stopped']);
  });

  it('clears the screen when it opens and never again, and writes nothing while nothing changes', async () => {
    const terminal = open(place());
    terminal.press('j');
    await terminal.see(/▸.* tiny +✓ found/);
    await sleep(300);
    const {clears, output} = terminal;
    await sleep(1500);
    expect(terminal.output.length - output.length).toBe(0);
    terminal.press('jjkk');
    terminal.press('2');
    await terminal.see('Nothing runs.');
    terminal.press('6');
    await terminal.see('40');
    terminal.press('q');
    await terminal.end();
    expect(terminal.clears).toBe(clears);
  });

  it('clears nothing while it trains', async () => {
    const terminal = await openWhileTraining();
    const {clears} = terminal;
    const seen = terminal.text;
    await terminal.until(() => terminal.text !== seen, 'a change by itself');
    terminal.press('y');
    await terminal.see('Male loss');
    expect(terminal.clears).toBe(clears);
    terminal.press('q');
    await terminal.see('stop it and quit');
    terminal.press('s');
    expectCleanEnd(terminal, await terminal.end());
  });

  it('follows the size of the terminal down to one line, and back', async () => {
    const terminal = open(place(), {columns: 200, rows: 60});
    await terminal.see('Total params: 1,692');
    for (const [columns, rows] of [
      [60, 20],
      [200, 60],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.until(
        () =>
          terminal.lines[1]?.length === columns &&
          terminal.lines[1].endsWith('╮') &&
          terminal.lines.findLastIndex(line => line !== '') === rows - 2,
        `a frame of ${columns} columns and ${rows} rows`,
      );
    }
    terminal.resize(50, 10);
    await terminal.see('It needs 60x20. q quits.');
    expect(terminal.lines.filter(line => line !== '').length).toBe(2);
    terminal.resize(80, 24);
    await terminal.see('q quit');
    terminal.resize(40, 12);
    await terminal.see('It needs 60x20');
    terminal.press('q');
    expectCleanEnd(terminal, await terminal.end());
  });
});

describe('a run that was stopped', () => {
  it('resumes from the list of runs, in the place it had in the queue', async () => {
    const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 300'));
    const terminal = open(cwd, {args: ['run', 'tiny', '--data', data]});
    await terminal.see(/epoch \d+ of 300 · running/);
    terminal.press('x');
    await terminal.see('Stop tiny with a checkpoint?');
    terminal.press('y');
    await terminal.see('■ tiny');
    terminal.press('3');
    await terminal.see('■ stopped');
    terminal.press('R');
    await terminal.see('✓ tiny');
    expect(terminal.text).not.toContain('■');
    terminal.press('3');
    await terminal.see('✓ completed');
    terminal.press('\r');
    await terminal.see('[curves]');
    terminal.press('R');
    await terminal.see('Only a run that did not finish can be resumed.');
    terminal.press('q');
    expectCleanEnd(terminal, await terminal.end());
    const [record, ...more] = await records(cwd);
    expect(more).toEqual([]);
    expect(record?.state.models[0]?.history).toHaveLength(300);
    expect(readFileSync(record!.folder.events, 'utf8')).toContain('run.continued');
  });
});

describe('the terminal is left as it was', () => {
  it('after SIGTERM, which stops the run with a checkpoint', async () => {
    const cwd = place();
    const terminal = await openWhileTraining(cwd);
    process.kill(terminal.pid, 'SIGTERM');
    const text = await terminal.end();
    expectCleanEnd(terminal, text);
    expect(text).toContain('celeba-tui: long stopped');
    expect(text).toContain('exit code 130');
    expect((await records(cwd))[0]?.status).toBe('stopped');
  });

  it('after Ctrl-C, which asks, and a second one, which forces', async () => {
    const cwd = place();
    const terminal = await openWhileTraining(cwd);
    const trainer = await trainerOf(cwd);
    terminal.press('\u0003');
    await terminal.see('leave it running');
    expect(isProcessAlive({pid: trainer})).toBe(true);
    terminal.press('\u0003');
    const text = await terminal.end();
    expectCleanEnd(terminal, text);
    expect(text).toContain('exit code 130');
    await terminal.until(() => !isProcessAlive({pid: trainer}), 'the end of the trainer');
  });

  it('after a crash of the trainer, which it shows first', async () => {
    const cwd = place();
    const terminal = await openWhileTraining(cwd);
    process.kill(await trainerOf(cwd), 'SIGKILL');
    await terminal.see('Why it failed');
    await terminal.see('was ended by SIGKILL');
    expect(terminal.text).not.toContain('oneDNN');
    terminal.press('q');
    const text = await terminal.end();
    expectCleanEnd(terminal, text);
    expect(text).toContain('celeba-tui: long crashed');
    expect(text).toContain('exit code 4');
  });

  it('after an exception, which is told on the normal screen', async () => {
    const cwd = place();
    const bomb = `import {existsSync} from 'node:fs';
      setInterval(() => {if (existsSync('bomb')) throw new Error('a bug')}, 50).unref()`;
    const terminal = open(cwd, {
      env: {NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(bomb)}"`},
    });
    await terminal.see('[Experiments]');
    writeFileSync(path.join(cwd, 'bomb'), '');
    const text = await terminal.end();
    expectCleanEnd(terminal, text);
    expect(text).toContain('Error: a bug');
    expect(text).toContain('exit code 1;');
  });
});

describe('a run that is left running', () => {
  it('trains without the interface, which finds it again, shows it live, and can pause and stop it', async () => {
    const cwd = place();
    const terminal = await openWhileTraining(cwd);
    terminal.press('q');
    await terminal.see('leave it running');
    terminal.press('l');
    const text = await terminal.end();
    expectCleanEnd(terminal, text);
    expect(text).toContain('celeba-tui: long continues; results are in ./runs');
    expect(text).toContain('exit code 0');
    const trainer = await trainerOf(cwd);
    const again = open(cwd);
    try {
      await again.see('▶ 1/1');
      again.press('2');
      await again.see(/epoch \d+ of 10000 · running/);
      const seen = again.text;
      await again.until(() => again.text !== seen, 'a change by itself');
      await again.see(/p pause .*n next/);
      again.press('p');
      await again.see(/‖ long +paused/);
      again.press('p');
      await again.see(/▶ long +\d+ %/);
      again.press('3');
      await again.see(/long +▶ running/);
      again.press('R');
      await again.see('is in the queue of another program: p pauses it, x stops it.');
      await again.see(/epoch \d+ of 10000 · running/);
      again.press('x');
      await again.see('Stop long with a checkpoint?');
      again.press('y');
      await again.see('■ long');
      await again.until(() => !isProcessAlive({pid: trainer}), 'the end of the trainer');
      again.press('q');
      expectCleanEnd(again, await again.end());
    } finally {
      if (isProcessAlive({pid: trainer})) process.kill(trainer, 'SIGKILL');
    }
    expect((await records(cwd)).map(({status}) => status)).toEqual(['stopped']);
  });

  it('is not taken from another program that works on it, but stops when asked', async () => {
    const cwd = place();
    const first = await openWhileTraining(cwd);
    const second = open(cwd);
    await second.see('▶ 1/1');
    second.press('3');
    await second.see(/long +▶ running/);
    second.press('R');
    await second.see('is in the queue of another program: p pauses it, x stops it.');
    await second.see(/▸▶ long/);
    second.press('x');
    await second.see('Stop long with a checkpoint?');
    second.press('y');
    await first.see('■ long');
    second.press('3');
    await second.see(/long +■ stopped/);
    second.press('q');
    expectCleanEnd(second, await second.end());
    first.press('q');
    expectCleanEnd(first, await first.end());
    expect((await records(cwd)).map(({status}) => status)).toEqual(['stopped']);
  });
});
