import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import sharp from 'sharp';
import {describe, expect, it} from 'vitest';
import {loadBackend} from '../../../src/tensorflow/load.js';
import {ImageDecoder} from '../../../src/data/decode/image-decoder.js';
import {BadImage} from '../../../src/data/images/location.js';
import {seededRandom} from '../../../src/util/random.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const HAS_TENSORFLOW = "import importlib.util as u; exit(u.find_spec('tensorflow') is None)";
const python = [path.join(root, 'bench', '.peers', 'bin', 'python'), 'python3'].find(
  program =>
    (program === 'python3' || existsSync(program)) &&
    spawnSync(program, ['-c', HAS_TENSORFLOW]).status === 0,
);
const needed =
  python === undefined
    ? ' (skipped: no Python with TensorFlow; npm run check:exports installs one)'
    : '';

/** [height, width] of images, and of what they are scaled to. */
const cases = [
  {image: [218, 178], target: [72, 59]},
  {image: [218, 178], target: [109, 89]},
  {image: [218, 178], target: [110, 60]},
  {image: [217, 178], target: [72, 59]},
  {image: [40, 31], target: [72, 59]},
  {image: [512, 400], target: [64, 64]},
] as const;

async function photograph([height, width]: readonly [number, number], seed: number) {
  const random = seededRandom(seed);
  const pixels = Uint8Array.from({length: height * width * 3}, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return 127 + 90 * Math.sin((x * (seed + 1) + (at % 3) * y) / 9) + 30 * (random() - 0.5);
  });
  return sharp(pixels, {raw: {width, height, channels: 3}})
    .jpeg({quality: 90})
    .toBuffer();
}

describe('the Python snippet of docs/exports.md', () => {
  it.skipIf(python === undefined)(
    `gives the very pixels that training and predict see${needed}`,
    async () => {
      const folder = temporaryFolder();
      const text = readFileSync(path.join(root, 'docs', 'exports.md'), 'utf8');
      const snippets = [...text.matchAll(/```python\n(.*?)```/gs)].map(([, code]) => code ?? '');
      const snippet = snippets.find(code => code.includes('def read_image('));
      const calls = cases.map(
        ({target}, index) =>
          `open("${index}.raw", "wb").write(read_image("${index}.jpg", ${target.join(', ')}).numpy().tobytes())`,
      );
      writeFileSync(path.join(folder, 'snippet.py'), [snippet, ...calls, ''].join('\n'));
      const jpegs = await Promise.all(cases.map(({image}, index) => photograph(image, index)));
      jpegs.forEach((jpeg, index) => writeFileSync(path.join(folder, `${index}.jpg`), jpeg));
      const {status, stderr} = spawnSync(python as string, ['snippet.py'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      const {native} = await loadBackend('tensorflow');
      for (const [index, {target}] of cases.entries()) {
        const decoder = new ImageDecoder(native, target);
        const [ours] = await decoder.decode([jpegs[index] as Buffer]);
        decoder.dispose();
        if (ours === undefined || ours instanceof BadImage) throw new Error('It is an image.');
        const theirs = readFileSync(path.join(folder, `${index}.raw`));
        expect(Buffer.compare(Buffer.from(ours.pixels), theirs), `case ${index}`).toBe(0);
      }
    },
  );
});
