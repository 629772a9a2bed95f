import {quantile} from '../results-section.mjs';
import {HEIGHT, WIDTH} from '../train/setting.mjs';
import {meansOf, tutorialAlone} from './means.mjs';

const median = values => quantile(values, 0.5);

/** Cells of a program for a means: images per second, and processor time, also beside that without it. */
function cells({images, means}, name) {
  if (means[name] === undefined) return ['', '', ''];
  const {seconds, processorSeconds} = means[name];
  const rate = Math.round(images / median(seconds)).toLocaleString('en');
  const before = means[tutorialAlone.name].processorSeconds;
  const ratio = median(processorSeconds.map((value, round) => value / before[round]));
  const milliseconds = (1000 * median(processorSeconds)) / images;
  return [rate, milliseconds.toFixed(2), ratio.toFixed(2)];
}

/**
 * The section of a group of means.
 *
 * @param results By the name of each program, what it printed.
 */
export function section(group, rounds, results, machine) {
  const programs = Object.entries(results);
  const names = [tutorialAlone, ...meansOf('throughput', group)].map(({name}) => name);
  const further = programs.flatMap(([, {means}]) => Object.keys(means));
  const rows = [...new Set([...names, ...further])].map(
    name => `| ${[name, ...programs.flatMap(([, result]) => cells(result, name))].join(' | ')} |`,
  );
  return [
    `The tutorial's two-output network on images of ${HEIGHT}x${WIDTH}, batch 32, Adam, with one means at a time`,
    `(\`npm run bench:means -- ${group}\`; bench/means/means.mjs has the settings). For each program: images per second;`,
    'milliseconds of processor time for an image; how many times as much that is as without the means. Medians of',
    `${rounds} rounds of 6 batches, in which the means of a program take turns. A step uses all cores, so that on an idle`,
    'machine the time follows the processor time.',
    `${machine}.`,
    '',
    `| | ${programs.map(([name]) => `${name}, images/s | ms | times`).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(3 * programs.length)}`,
    ...rows,
  ];
}
