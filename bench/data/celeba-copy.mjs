/** A copy of CelebA of any length: repeated images, a label file and a partition as the authors write them. */
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {nameOf, imageNames, repeatImages} from './many.mjs';

/**
 * Keeps the labels that the images have; draws those of other attributes from a fixed seed.
 *
 * @param parts Images to train, to validate and to test: one after another, as in CelebA.
 */
export function writeCelebaCopy(source, target, attributes, parts) {
  const count = parts.reduce((sum, part) => sum + part, 0);
  repeatImages(source, target, count);
  const labelsByFile = knownLabels(source);
  const names = imageNames(source);
  const random = mulberry32(1);
  const labels = [String(count), `${attributes.join(' ')} `];
  const partition = [];
  for (let index = 0; index < count; index++) {
    const fileLabels = labelsByFile.get(names[index % names.length]);
    const row = attributes.map(name =>
      ((fileLabels?.[name] ?? random() < 0.5) ? '1' : '-1').padStart(2),
    );
    const file = nameOf(index);
    labels.push(`${file} ${row.join(' ')} `);
    const part = index < parts[0] ? 0 : index < parts[0] + parts[1] ? 1 : 2;
    partition.push(`${file} ${part}`);
  }
  // Line ends and trailing blanks as in the official files.
  writeFileSync(path.join(target, 'list_attr_celeba.txt'), `${labels.join('\r\n')}\r\n`);
  writeFileSync(path.join(target, 'list_eval_partition.txt'), `${partition.join('\n')}\n`);
}

/** file -> attribute -> whether it is 1. */
function knownLabels(source) {
  const [, header, ...rows] = readFileSync(path.join(source, 'list_attr_celeba.txt'), 'utf8')
    .trim()
    .split(/\r?\n/);
  const attributes = header.trim().split(/\s+/);
  return new Map(
    rows.map(row => {
      const [file, ...values] = row.trim().split(/\s+/);
      return [file, Object.fromEntries(attributes.map((name, at) => [name, values[at] === '1']))];
    }),
  );
}

/** Numbers from 0 to 1. Source: github.com/cprosche/mulberry32. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
