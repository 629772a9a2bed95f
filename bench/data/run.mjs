/**
 * `npm run bench:data -- DIR`: decoding beside the peers, and the program on a copy as long as
 * CelebA, made of the images in DIR (CelebA's layout). `--small` tries it all with few images and
 * writes no results.
 */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {parse} from 'yaml';
import {ensureReady} from '../../scripts/setup.mjs';
import {machineLine, writeSection} from '../results-section.mjs';
import {writeCelebaCopy} from './celeba-copy.mjs';
import {decodeTable} from './decode.mjs';
import {presetLines} from './presets.mjs';
import {prepareLines, readingLines, trainingLines} from './whole.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const peers = path.join(root, 'bench', '.peers');
const python = path.join(peers, 'bin', 'python');
const PACKAGES = ['tensorflow-cpu==2.21.0', 'torch==2.13.0', 'pillow'];
const say = text => process.stderr.write(`${text}\n`);

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {small: {type: 'boolean', default: false}},
});
const [source] = positionals;
if (source === undefined || !existsSync(path.join(source, 'img_align_celeba'))) {
  console.error('npm run bench:data -- DIR: DIR holds CelebA, or images in its layout.');
  process.exit(2);
}
/** `parts` are those of CelebA's own split. */
const plan = values.small
  ? {images: 500, rounds: 1, parts: [4_000, 500, 500], few: [400, 100, 0], epochs: 1, steps: 6}
  : {
      images: 10_000,
      rounds: 3,
      parts: [162_770, 19_867, 19_962],
      few: [2_000, 200, 0],
      epochs: 5,
      steps: 30,
    };

/** Installed once, into a folder that git ignores; where they can't be had, the table says so. */
function installPeers() {
  if (spawnSync(python, ['-c', 'import PIL, tensorflow, torch']).status === 0) return;
  say('installing the peers');
  spawnSync('python3', ['-m', 'venv', peers], {stdio: 'ignore'});
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--retries', '0', ...PACKAGES], {
    stdio: 'ignore',
  });
}

/** A cache without images, with the native backend of the one that is in use. */
async function emptyCache(work) {
  const {cacheFolder} = await import('../../build/util/cache-folder.js');
  const cache = path.join(work, 'cache');
  const native = path.join(cacheFolder(process.env), 'native');
  mkdirSync(cache);
  // The program loads nothing through a link.
  if (existsSync(native)) cpSync(native, path.join(cache, 'native'), {recursive: true});
  return {CELEBA_TUI_CACHE: cache};
}

await ensureReady();
installPeers();
const work = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-bench-data-'));
process.on('exit', () => rmSync(work, {recursive: true, force: true}));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

const {data: definition} = parse(
  readFileSync(path.join(root, 'experiments', 'forty-heads.yaml'), 'utf8'),
);
const table = await decodeTable({source, work, python, say, ...plan});
const env = await emptyCache(work);
const data = path.join(work, 'whole');
const small = path.join(work, 'small');
say('writing the copies');
writeCelebaCopy(source, data, definition.heads, plan.parts);
writeCelebaCopy(source, small, definition.heads, plan.few);
const lines = [
  ...(await readingLines(data, env, say)),
  ...(await prepareLines(data, env, say)),
  ...(await trainingLines({data, small, work, env, smallEpochs: plan.epochs, say})),
];
const presets = await presetLines({data, work, env, steps: plan.steps, say});
const images = plan.parts.reduce((sum, part) => sum + part, 0).toLocaleString('en');
const all = [
  `${machineLine(...PACKAGES)}.`,
  '',
  `### ${plan.images.toLocaleString('en')} JPEGs, decoded and scaled to 59x72 on all cores`,
  '',
  `Each program in a process of its own, in turns, ${plan.rounds} round(s). Ours counts from the start of its decoding processes; the`,
  'peers read everything once before they are timed. Without the first batch, all have started. A whole process is timed',
  'from its start to its end and reads everything once. Pages that processes share are counted once.',
  '',
  ...table,
  '',
  `### ${images} images, made by repeating real photographs`,
  '',
  'The files are hard links: the disk is not measured. Memory is resident memory.',
  '',
  ...lines,
  '',
  '### The presets of papers on them',
  '',
  `The first ${plan.steps} steps, median time of a step without the first ones; the times follow from it, without validation.`,
  '',
  ...presets,
];
if (values.small) process.stdout.write(`${all.join('\n')}\n`);
else writeSection('Data', all);
