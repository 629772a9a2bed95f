import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {shippedExperiments} from '../../src/experiment/load.js';
import {tinyYaml} from '../helpers/experiments.js';
import {PseudoTerminal} from '../helpers/pseudo-terminal.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

it('shows somebody in an empty folder what can run, edits a copy of an example, and follows the folder', async () => {
  const cwd = temporaryFolder();
  const before = readFileSync(path.join(shippedExperiments, 'quick.yaml'), 'utf8');
  const terminal = new PseudoTerminal({
    cwd,
    columns: 80,
    rows: 24,
    env: {HOME: temporaryFolder(), EDITOR: 'echo "# edited" >>', VISUAL: undefined},
  });
  await terminal.see(/▸ +quick +✓ sample/);
  await terminal.see(/multi-output +✗ none/);
  terminal.press('e');
  await terminal.see('quick is valid. Your copy: experiments/quick.yaml');
  expect(readFileSync(path.join(shippedExperiments, 'quick.yaml'), 'utf8')).toBe(before);
  const copy = readFileSync(path.join(cwd, 'experiments', 'quick.yaml'), 'utf8');
  expect(copy).toBe(`${before}# edited\n`);
  writeFileSync(
    path.join(cwd, 'experiments', 'new.yaml'),
    tinyYaml.replace('name: tiny', 'name: new'),
  );
  await terminal.see(/ new +✗ none/);
  terminal.press('q');
  expect(await terminal.end()).toContain('exit code 0');
});

it('draws its first line whole, whatever the shell echoed while it started', async () => {
  const terminal = new PseudoTerminal({
    cwd: temporaryFolder(),
    env: {HOME: temporaryFolder()},
    script: `printf 'jj'; "$@"; exec sleep 60`,
  });
  await terminal.see('q quit');
  expect(terminal.lines[0]).toMatch(/^1 \[Experiments\] 2 Live/);
});
