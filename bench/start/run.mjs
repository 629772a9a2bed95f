/**
 * `npm run bench:start [-- --before CHECKOUT] [--rounds N]`: how long commands and the interface take
 * to start, beside bare Node and, in turns, beside another built checkout. Wall time, and processor
 * time (user and system, of all threads), which says more while the machine has other work.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {ensureReady} from '../../scripts/setup.mjs';
import {makeManyRuns} from '../interface/many-runs.mjs';
import {openTerminal, root} from '../interface/terminal.mjs';
import {machineLine, quantile, writeSection} from '../results-section.mjs';

const {values} = parseArgs({
  options: {before: {type: 'string'}, rounds: {type: 'string', default: '15'}},
});
await ensureReady();
const folder = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-start-'));
const FEW = 20;
const MANY = 1000;
const runs = count => path.join(folder, `runs-${count}`);
const rounds = Number(values.rounds);
/** With a load, wall times say little beside bare Node's. */
const load = `load average ${os.loadavg()[0].toFixed(1)} as it began`;
const checkouts = [...(values.before === undefined ? [] : [path.resolve(values.before)]), root];

/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;

/** User and system time in ms: of a process, or of the ended children of this one. */
function processorMs(pid) {
  const file = `/proc/${pid ?? 'self'}/stat`;
  const fields = readFileSync(file, 'utf8').split(') ').at(-1).split(' ').map(Number);
  const [user, system] = pid === undefined ? fields.slice(13, 15) : fields.slice(11, 13);
  return (user + system) * TICK_MS;
}

function command(args) {
  return checkout => {
    const program = checkout === undefined ? [] : [path.join(checkout, 'dist', 'main.js')];
    const before = processorMs();
    const started = performance.now();
    const {status, stderr} = spawnSync(process.execPath, [...program, ...args], {
      cwd: root,
      encoding: 'utf8',
    });
    const wall = performance.now() - started;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return {wall, processor: processorMs() - before};
  };
}

/** From the start to a text on the screen. */
function firstFrame(count, text) {
  return async checkout => {
    const program = path.join(checkout, 'dist', 'main.js');
    const terminal = openTerminal(['--runs', runs(count)], {program});
    await terminal.shown('multi-output');
    if (text !== undefined) {
      await terminal.press('3');
      await terminal.shown(text);
    }
    const wall = performance.now() - terminal.started;
    const processor = processorMs(terminal.pid);
    await terminal.press('q');
    await terminal.end();
    return {wall, processor};
  };
}

/** What is measured: its goal in seconds, and the share of the rounds. */
const measured = [
  ['`node -e 0`', undefined, command(['-e', '0']), 1],
  ['`--version`', 0.1, command(['--version']), 1],
  ['`--help`', 0.1, command(['--help']), 1],
  ['`check multi-output`', 0.2, command(['check', 'multi-output']), 1],
  ['`list`', 0.2, command(['list']), 1],
  [`\`runs\` of ${FEW} runs`, 0.2, command(['runs', '--runs', runs(FEW)]), 1],
  ['first frame of the interface', 0.4, firstFrame(0), 1],
  [`\`runs\` of ${MANY} runs`, 1, command(['runs', '--runs', runs(MANY)]), 1 / 3],
  [`interface with ${MANY} runs, all listed`, 1, firstFrame(MANY, `of ${MANY}`), 1 / 3],
];

try {
  for (const count of [FEW, MANY]) makeManyRuns(runs(count), count);
  const lines = [];
  for (const [what, goal, measure, share] of measured) {
    // Bare Node is the same for every checkout.
    const programs = goal === undefined ? [undefined] : checkouts;
    const results = programs.map(() => []);
    // The first start fills caches.
    for (const program of programs) await measure(program);
    for (let round = 0; round < Math.max(3, Math.ceil(rounds * share)); round++)
      for (const [at, program] of programs.entries()) results[at].push(await measure(program));
    const cells = results.flatMap(all => [
      `${(
        quantile(
          all.map(({wall}) => wall),
          0.5,
        ) / 1000
      ).toFixed(3)}`,
      `${(all.reduce((sum, {processor}) => sum + processor, 0) / all.length / 1000).toFixed(3)}`,
    ]);
    if (goal === undefined && checkouts.length > 1) cells.unshift('', '');
    lines.push(`| ${[what, goal?.toFixed(2) ?? '', ...cells].join(' | ')} |`);
    process.stderr.write(`${lines.at(-1)}\n`);
  }
  const titles = checkouts.length > 1 ? ['before', 'before', 'now', 'now'] : ['now', 'now'];
  const header = titles.map((title, at) => `${title}, ${at % 2 === 0 ? 'wall' : 'processor'}`);
  writeSection('Start', [
    `Seconds from the start of the process: the median of the wall time and the mean of the processor`,
    `time (user and system, all threads), ${rounds} rounds in turns (\`npm run bench:start\`).`,
    `${machineLine()}; ${load}.`,
    '',
    `| | goal | ${header.join(' | ')} |`,
    `| --- | ---: |${' ---: |'.repeat(header.length)}`,
    ...lines,
  ]);
} finally {
  rmSync(folder, {recursive: true, force: true});
}
