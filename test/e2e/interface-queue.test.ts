import {mkdtempSync, readdirSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect, it} from 'vitest';
import {RunFolder} from '../../src/runs/run-folder.js';
import {readRun, type RunRecord} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {PseudoTerminal} from '../helpers/pseudo-terminal.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

function records(cwd: string): Promise<RunRecord[]> {
  const runs = path.join(cwd, 'runs');
  const names = readdirSync(runs).filter(name => /^\d{8}-/.test(name));
  return Promise.all(names.sort().map(name => readRun(new RunFolder(path.join(runs, name)))));
}

it('runs all that waits after it was left, and shows it when it is opened again', async () => {
  const faces = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-faces-'));
  const data = await writeTinyFaces(faces, {images: 40});
  const cwd = workplace();
  const named = (name: string, epochs: number): void =>
    writeFileSync(
      path.join(cwd, 'experiments', `${name}.yaml`),
      tinyYaml.replace('name: tiny', `name: ${name}`).replace('epochs: 2', `epochs: ${epochs}`),
    );
  named('slow', 500);
  named('second', 2);
  named('third', 2);
  const args = ['run', 'slow', 'second', 'third', '--data', data];
  const terminal = new PseudoTerminal({cwd, args});
  await terminal.see(/epoch \d+ of 500 · training/);
  await terminal.see('waiting');
  terminal.press('q');
  await terminal.see('A run is under way, 2 wait:');
  terminal.press('l');
  const text = await terminal.end();
  expect(text).toContain('celeba-tui: slow goes on, then the 2 waiting; results are in ./runs');
  const again = new PseudoTerminal({cwd, args: ['--data', data]});
  await again.see('▶ elsewhere');
  again.press('2');
  await again.see(/slow \(elsewhere\)/);
  await again.see(/○ second +elsewhere/);
  await again.see(/○ third +elsewhere/);
  again.press('3');
  for (const name of ['slow', 'second', 'third'])
    await again.see(new RegExp(`${name} +✓ completed`));
  again.press('q');
  await again.end();
  const all = await records(cwd);
  expect(all.map(({state, status}) => `${state.experiment} ${status}`)).toEqual([
    'slow completed',
    'second completed',
    'third completed',
  ]);
});
