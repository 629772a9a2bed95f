/** Decoding and scaling JPEGs: our worker processes and those of the peers, in turns. */
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {quantile} from '../results-section.mjs';
import {repeatImages} from './many.mjs';
import {watched} from './watched.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));

const contenders = (python, images, work) => {
  const peer = (file, ...args) => [python, [path.join(folder, file), images, ...args]];
  return [
    {
      name: 'celeba-tui, area filter, into a fresh cache',
      isOurs: true,
      command: [process.execPath, [path.join(folder, 'ours.mjs'), images, work]],
    },
    {name: 'tf.data, area', command: peer('peer_tfdata.py', 'area')},
    {
      name: "tf.data, bilinear (tf.image.resize's own)",
      command: peer('peer_tfdata.py', 'bilinear'),
    },
    {
      name: 'PyTorch DataLoader, Pillow, bilinear',
      command: peer('peer_torch_loader.py', 'bilinear'),
    },
    {
      name: 'PyTorch DataLoader, Pillow, draft and bilinear',
      command: peer('peer_torch_loader.py', 'draft'),
    },
  ];
};

/** @returns Lines of a table. */
export async function decodeTable({source, work, python, images: count, rounds, say}) {
  const images = repeatImages(source, path.join(work, 'decode'), count);
  const all = contenders(python, images, work).map(contender => ({
    ...contender,
    whole: [],
    steady: [],
    process: [],
    peaks: [],
  }));
  for (let round = 0; round < rounds; round++) {
    for (const contender of all) {
      try {
        const [program, args] = contender.command;
        const {output, memory, seconds} = await watched(program, args);
        const {whole, steady} = JSON.parse(output.trim().split('\n').at(-1));
        contender.whole.push(whole);
        contender.steady.push(steady);
        contender.peaks.push(memory.peak);
        // Ours reads everything once in any case; the peers, once to get warm and once for the time.
        const cold = contender.isOurs
          ? seconds
          : (await watched(program, [...args, 'once'])).seconds;
        contender.process.push(count / cold);
        say(`round ${round + 1}: ${contender.name}: ${Math.round(whole)} images/s`);
      } catch (error) {
        contender.missing = error.message;
        say(`round ${round + 1}: ${contender.name}: ${error.message}`);
      }
    }
  }
  return [
    '| | images/s, median | range | without the first batch | whole process | peak memory, all processes |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...all.map(row),
  ];
}

function row({name, whole, steady, process: cold, peaks, missing}) {
  if (missing !== undefined) return `| ${name} | ${missing} | | | | |`;
  const rate = value => Math.round(value).toLocaleString('en');
  const median = values => quantile(values, 0.5);
  const range = `${rate(Math.min(...whole))}-${rate(Math.max(...whole))}`;
  const peak = `${Math.round(median(peaks) / 1e6)} MB`;
  return `| ${name} | ${rate(median(whole))} | ${range} | ${rate(median(steady))} | ${rate(median(cold))} | ${peak} |`;
}
