import {quantile} from '../results-section.mjs';
import {HEIGHT, WIDTH} from '../train/setting.mjs';
import {meansOf, tutorialAlone} from './means.mjs';

const median = values => quantile(values, 0.5);

/** Cells of a program for a means: processor time, also beside that without it. */
function cells({images, means}, name) {
  if (means[name] === undefined) return ['', ''];
  const {processorSeconds} = means[name];
  const before = means[tutorialAlone.name].processorSeconds;
  const ratio = median(processorSeconds.map((value, round) => value / before[round]));
  return [((1000 * median(processorSeconds)) / images).toFixed(2), ratio.toFixed(2)];
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
    `(\`npm run bench:means -- ${group}\`; bench/means/means.mjs has the settings). For each program: milliseconds of processor`,
    `time for a training image, and how many times as much that is as without the means: medians of ${rounds} rounds, in which the`,
    'means of a program take turns. A step uses all cores, so on an idle machine of two cores the rate is 2,000 / ms images',
    `per second; other work on the machine changes the processor time far less.${programs.length > 1 ? ' PyTorch has one thread.' : ''}`,
    `${machine}.`,
    '',
    `| | ${programs.map(([name]) => `${name}, ms | times`).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(2 * programs.length)}`,
    ...rows,
  ];
}
