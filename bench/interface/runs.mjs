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
  const commands = rounds.map(() => {
    const start = performance.now();
    const {status} = spawnSync(process.execPath, [program, 'runs', '--runs', folder], {cwd: root});
    if (status !== 0) throw new Error(`celeba-tui runs ended with ${status}.`);
    return performance.now() - start;
  });
  const lists = [];
  const keys = [];
  for (const _ of rounds) {
    const terminal = openTerminal(['--runs', folder]);
    await terminal.seen('multi-output');
    await terminal.press('3');
    lists.push((await terminal.seen(`of ${values.count}`)) - terminal.started);
    await terminal.press('/');
    keys.push(await terminal.press('s', 'of '));
    await terminal.press('\u001B');
    await terminal.press('q');
    await terminal.end();
  }
  process.stdout.write(
    `${values.count} runs, medians of ${values.rounds}: celeba-tui runs ${median(commands)} ms; ` +
      `listed in the interface after ${median(lists)} ms; a key of the filter ${median(keys)} ms.\n`,
  );
} finally {
  rmSync(folder, {recursive: true, force: true});
}
