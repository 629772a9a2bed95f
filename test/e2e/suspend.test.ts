import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest';
import {isProcessAlive} from '../../src/util/process-identity.js';
import {program} from '../helpers/program.js';
import {PseudoTerminal} from '../helpers/pseudo-terminal.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {expectCleanEnd, place, records, trainerOf} from '../helpers/terminal-runs.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder(), {images: 40});
});

const CTRL_Z = '\u001A';

/** A shell with job control, in which the program is started by typing its command. */
async function typeIn(cwd: string, args: string, env: NodeJS.ProcessEnv = {}) {
  const script = 'exec bash --norc --noprofile -i';
  const terminal = new PseudoTerminal({cwd, script, columns: 120, env: {PS1: 'shell> ', ...env}});
  await terminal.see('shell>');
  terminal.press(`"${process.execPath}" "${program}" ${args} --data "${data}"\r`);
  return terminal;
}

/** What the shell says of the terminal's line discipline: lines with echo, as it needs them. */
async function expectShell(terminal: PseudoTerminal): Promise<void> {
  await terminal.see(/Stopped/);
  terminal.press("stty -a | tr ' ' '\\n' | grep -cxE 'icanon|echo' | sed 's/^/lines: /'\r");
  await terminal.see(/lines: 2/);
}

/** Process id of the program that the shell has started. */
function programIn(terminal: PseudoTerminal): number {
  return terminal.pid;
}

async function openLong(): Promise<{cwd: string; terminal: PseudoTerminal; trainer: number}> {
  const cwd = place();
  const terminal = await typeIn(cwd, 'run long');
  await terminal.see(/epoch \d+ of 10000 · running/);
  const trainer = await trainerOf(cwd);
  onTestFinished(() => {
    if (isProcessAlive({pid: trainer})) process.kill(trainer, 'SIGKILL');
  });
  return {cwd, terminal, trainer};
}

async function epochs(cwd: string): Promise<number> {
  return (await records(cwd))[0]?.state.models[0]?.history.length ?? 0;
}

/** Keys act by themselves, and the whole screen is there. */
async function expectInterface(terminal: PseudoTerminal): Promise<void> {
  await terminal.until(() => terminal.isAlternate, 'the screen of the interface');
  await terminal.see(/▶ 1\/1/);
  expect(terminal.isCursorShown).toBe(false);
  expect(terminal.isMarkingPastes).toBe(true);
  expect(terminal.isReportingMouse).toBe(true);
  terminal.press('3');
  await terminal.see('[Runs]');
  await terminal.see('q quit');
}

async function leave(terminal: PseudoTerminal): Promise<void> {
  terminal.press('q');
  await terminal.see('stop it and quit');
  terminal.press('s');
  await terminal.see('celeba-tui: long stopped');
}

describe('an interface that is suspended', () => {
  it('gives the terminal to the shell, trains on, and comes back whole at the new size', async () => {
    const {cwd, terminal} = await openLong();
    terminal.press(CTRL_Z);
    await terminal.see(
      'celeba-tui: suspended. long continues training. fg restores the interface.',
    );
    await expectShell(terminal);
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.isCursorShown).toBe(true);
    const before = await epochs(cwd);
    await expect.poll(() => epochs(cwd), {timeout: 20_000}).toBeGreaterThan(before);
    terminal.resize(90, 24);
    terminal.press('fg\r');
    await expectInterface(terminal);
    expect(terminal.lines[1]).toHaveLength(90);
    await leave(terminal);
  });

  it('keeps what was asked and typed', async () => {
    const terminal = await typeIn(place(), '');
    await terminal.see(/▸.* long/);
    await terminal.see('q quit');
    terminal.press('/');
    terminal.press('tin');
    await terminal.see('/tin');
    process.kill(programIn(terminal), 'SIGTSTP');
    await expectShell(terminal);
    terminal.press('fg\r');
    await terminal.see('/tin');
    terminal.press('\u001B');
    await terminal.see('q quit');
    terminal.press('q');
    await terminal.until(() => !terminal.isAlternate, 'the end of the interface');
  });

  it('comes back whole after a stop that it could not catch, and stays stopped in the background', async () => {
    const {terminal} = await openLong();
    const pid = programIn(terminal);
    process.kill(pid, 'SIGSTOP');
    await expectShell(terminal);
    terminal.press('fg\r');
    await expectInterface(terminal);
    terminal.press('2');
    await terminal.see(/epoch \d+ of 10000 · running/);
    terminal.press(CTRL_Z);
    await terminal.until(() => stateOf(pid) === 'T', 'the stop');
    await terminal.until(() => !terminal.isAlternate, 'the screen of the shell');
    terminal.press('bg\r');
    await terminal.until(() => stateOf(pid) === 'T', 'the second stop');
    expect(terminal.isAlternate).toBe(false);
    terminal.press('fg\r');
    await expectInterface(terminal);
    await leave(terminal);
  });

  it('continues where no shell could bring it back, and says so', async () => {
    const terminal = new PseudoTerminal({cwd: place(), args: ['--data', data]});
    await terminal.see('q quit');
    await terminal.until(() => terminal.isMarkingPastes, 'marks around pastes');
    terminal.press(CTRL_Z);
    await terminal.see('Ctrl-Z does nothing here');
    terminal.press('3');
    await terminal.see('[Runs]');
    terminal.press('q');
    await terminal.end();
    expect(terminal.isAlternate).toBe(false);
    expect(terminal.isMarkingPastes).toBe(false);
    expect(terminal.isReportingMouse).toBe(false);
  });

  it('leaves every key to the editor, and Ctrl-Z, too', async () => {
    const cwd = place();
    const terminal = await typeIn(cwd, '', {EDITOR: 'echo editor; cat > typed; :'});
    await terminal.see(/▸.* long/);
    await terminal.see('q quit');
    terminal.press('e');
    await terminal.see(/^editor$/m);
    for (const key of 'abcdefgh') {
      terminal.press(key);
      await sleep(20);
    }
    terminal.press('\r');
    // A terminal drops what nobody has read when it sends the stop.
    const typed = path.join(cwd, 'typed');
    await terminal.until(() => readFileSync(typed, 'utf8') === 'abcdefgh\n', 'the first line');
    terminal.press(CTRL_Z);
    await expectShell(terminal);
    const pid = programIn(terminal);
    terminal.press('fg\r');
    await terminal.until(() => stateOf(pid) !== 'T', 'the end of the stop');
    terminal.press('ij\r');
    await terminal.see(/^ij$/m);
    terminal.press('\u0004');
    await terminal.see('long is valid.');
    expect(readFileSync(typed, 'utf8')).toBe('abcdefgh\nij\n');
    terminal.press('q');
    await terminal.until(() => !terminal.isAlternate, 'the end of the interface');
  });
});

describe('a run without the interface that is suspended', () => {
  it('says that its trainer continues, and reports again at fg', async () => {
    const cwd = place();
    const terminal = await typeIn(cwd, 'run long --ci');
    await terminal.see('/10000  loss');
    const trainer = await trainerOf(cwd);
    terminal.press(CTRL_Z);
    await terminal.see('celeba-tui: suspended. long continues training.');
    await terminal.see('Stopped');
    const before = await epochs(cwd);
    await expect.poll(() => epochs(cwd), {timeout: 20_000}).toBeGreaterThan(before);
    terminal.press('fg\r');
    await terminal.until(
      () => Number(/epoch +(\d+)\/10000/.exec(terminal.text)?.[1] ?? 0) > before,
      'what was trained meanwhile',
    );
    terminal.press('\u0003');
    await terminal.until(() => !isProcessAlive({pid: trainer}), 'the end of the trainer');
  });
});

describe('pasted text', () => {
  const [d, y] = ['d', 'y'];

  it.each([
    ['that the terminal marks', `\u001B[200~holi${d}${y}\r${d}${y}\u001B[201~`],
    ['that the terminal does not mark', `holi${d}a${d}${y}${y}`],
  ])('deletes no run and ends nothing, %s', async (_what, text) => {
    const cwd = place();
    const terminal = new PseudoTerminal({cwd, args: ['run', 'tiny', '--data', data]});
    await terminal.see('✓ tiny');
    terminal.press('3');
    await terminal.see('✓ completed');
    const [run] = await records(cwd);
    terminal.press(text);
    await terminal.see(/[Pp]asted text/);
    expect(existsSync(run?.folder.events ?? '')).toBe(true);
    await sleep(50);
    terminal.press('3');
    await terminal.see('d delete');
    terminal.press(d);
    await terminal.see('The trash keeps it for 30 days.');
    terminal.press(y);
    await terminal.see('One run deleted; u restores it.');
    expect(existsSync(run?.folder.events ?? '')).toBe(false);
    terminal.press('u');
    await terminal.see('One run restored.');
    await terminal.see('✓ completed');
    terminal.press('q');
    expectCleanEnd(terminal, await terminal.end());
  });
});

/** `T` while it is stopped. */
function stateOf(pid: number): string {
  return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], {encoding: 'utf8'}).trim();
}
