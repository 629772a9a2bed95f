/** `npm run bench:runs`: how soon 1,000 runs are listed, by the command and in the interface. */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {ensureReady} from '../../scripts/setup.mjs';
import {quantile} from '../results-section.mjs';
import {makeManyRuns} from './many-runs.mjs';
import {openTerminal, program, root} from './terminal.mjs';

const {values} = parseArgs({
  options: {count: {type: 'string', default: '1000'}, rounds: {type: 'string', default: '5'}},
});
await ensureReady();
const folder = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-runs-'));
const median = all => Math.round(quantile(all, 0.5));
const rounds = Array.from({length: Number(values.rounds)});
try {
  makeManyRuns(folder, Number(values.count));
  // How fast the machine is now, to compare with other days.
  const nodes = rounds.map(() => {
    const start = performance.now();
    spawnSync(process.execPath, ['-e', '0']);
    return performance.now() - start;
  });
  const commands = rounds.map(() => {
    const start = performance.now();
    const {status} = spawnSync(process.execPath, [program, 'runs', '--runs', folder], {cwd: root});
    if (status !== 0) throw new Error(`celeba-tui runs ended with ${status}.`);
    return performance.now() - start;
  });
  const pages = [];
  const lists = [];
  const keys = [];
  for (const _ of rounds) {
    const terminal = openTerminal(['--runs', folder]);
    await terminal.shown('multi-output');
    await terminal.press('3');
    pages.push((await terminal.shown('Runs 1–')) - terminal.started);
    lists.push((await terminal.shown(`of ${values.count}`)) - terminal.started);
    await terminal.press('/', terminal.shown('Enter keeps it'));
    keys.push(await terminal.press('2', terminal.shown(`of ${values.count} fit`)));
    await terminal.press('\u001B', terminal.shown('Space mark'));
    await terminal.press('q');
    await terminal.end();
  }
  process.stdout.write(
    `${values.count} runs, medians of ${values.rounds}: celeba-tui runs ${median(commands)} ms; ` +
      `their first page in the interface after ${median(pages)} ms, all after ${median(lists)} ms; ` +
      `a key of the filter ${median(keys)} ms; node -e 0 ${median(nodes)} ms.\n`,
  );
} finally {
  rmSync(folder, {recursive: true, force: true});
}
