/** Decodes and scales the images of a folder into an empty cache; prints images a second. */
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {cachedImages} from '../../build/data/cache/image-cache.js';

const [folder, work, nativeToo] = process.argv.slice(2);
const files = readdirSync(folder).sort();
const cacheFolder = mkdtempSync(path.join(work, 'cache-'));
const catalogue = {
  source: folder,
  place: folder,
  fingerprint: 'bench',
  files,
  holders: [folder],
  locate: position => ({kind: 'file', file: path.join(folder, files[position])}),
};
let first;
const started = performance.now();
const images = await cachedImages(catalogue, Uint32Array.from(files.keys()), {
  size: [72, 59],
  cacheFolder,
  env: nativeToo === 'sharp' ? {CELEBA_TUI_CACHE: cacheFolder} : process.env,
  signal: new AbortController().signal,
  onWarning: text => process.stderr.write(`${text}\n`),
  onProgress: done => (first ??= {done, at: performance.now()}),
});
const ended = performance.now();
const broken = (await images.unreadable()).length;
await images.close();
rmSync(cacheFolder, {recursive: true});
process.stdout.write(
  JSON.stringify({
    whole: files.length / ((ended - started) / 1000),
    steady: (files.length - first.done) / ((ended - first.at) / 1000),
    broken,
    cores: os.availableParallelism(),
  }),
);
