import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {PseudoTerminal} from '../helpers/pseudo-terminal.js';
import {expectCleanEnd, place} from '../helpers/terminal-runs.js';

describe('the interface in a terminal with a mouse', () => {
  it('answers the mouse, and ends a paste whose end never comes', async () => {
    const terminal = new PseudoTerminal({cwd: place()});
    await terminal.see('q quit');
    await terminal.until(() => terminal.isReportingMouse, 'reports of the mouse');
    const row = terminal.lines.findIndex(line => line.includes(' tiny ')) + 1;
    terminal.press(`\u001B[<0;10;${row}M\u001B[<0;10;${row}m`);
    await terminal.see(/▸.* tiny/);
    terminal.press('\u001B[<64;10;10M');
    await terminal.see(/▸.* long/);
    terminal.press(`\u001B[<0;${terminal.lines[0]!.indexOf('Runs') + 1};1M`);
    await terminal.see('[Runs]');
    terminal.press('\u001B[200~never ends');
    // Long enough that a busy machine reads the paste before Ctrl-C.
    await sleep(1000);
    terminal.press('\u0003');
    expectCleanEnd(terminal, await terminal.end());
  });

  it.each(['--no-mouse', '--screen-reader'])(
    'leaves the mouse to the terminal with %s',
    async flag => {
      const terminal = new PseudoTerminal({cwd: place(), args: [flag]});
      await terminal.see(/Experiments/);
      await terminal.see(/quit/);
      terminal.press('q');
      await terminal.end();
      expect(terminal.output).not.toContain('\u001B[?1000h');
    },
  );
});
