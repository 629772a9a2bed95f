import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {stringify} from 'csv-stringify/sync';
import stringWidth from 'string-width';
import {duration, fraction, printable, thousands} from '../util/format.js';
import {writeAtomic} from '../util/write-atomic.js';
import type {ComparedRun, Comparison, HeadScore} from './comparison.js';

export const comparisonFormats = ['table', 'json', 'csv', 'md'] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

export function formatComparison(comparison: Comparison, format: ComparisonFormat): string {
  switch (format) {
    case 'table':
      return comparisonTable(comparison);
    case 'json':
      return `${JSON.stringify(comparison, null, 2)}\n`;
    case 'csv':
      return comparisonCsv(comparison);
    case 'md':
      return comparisonMarkdown(comparison);
  }
}

/** Saves a comparison in all formats; returns its folder. */
export async function saveComparison(
  comparison: Comparison,
  runs: string,
  stamp: string,
): Promise<string> {
  const folder = path.join(runs, 'comparisons', stamp);
  await mkdir(folder, {recursive: true});
  for (const format of ['json', 'csv', 'md'] as const) {
    await writeAtomic(
      path.join(folder, `comparison.${format}`),
      formatComparison(comparison, format),
    );
  }
  return folder;
}

/** For people: the best validation accuracy of each head is marked with `*`. */
export function comparisonTable(comparison: Comparison): string {
  const header = headerCells(comparison);
  const rows = comparison.runs.map(run => cells(run, comparison));
  const widths = header.map((title, column) =>
    Math.max(stringWidth(title), ...rows.map(row => stringWidth(row[column] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column > 0))
      .join('  ')
      .trimEnd();
  return `${[header, ...rows].map(line).join('\n')}\n${footnotes(comparison)}`;
}

function headerCells({heads}: Comparison): string[] {
  return [
    'run',
    'parameters',
    'time',
    'images/s',
    ...heads.flatMap(head => [`${head} train`, `${head} validation (95 %)`]),
  ];
}

function cells(run: ComparedRun, comparison: Comparison): string[] {
  const heads = comparison.heads.flatMap(head => {
    const score = run.heads[head];
    if (score === undefined || run.problem !== undefined) return ['-', '-'];
    const mark = score.validationAccuracy === best(comparison, head) ? '*' : ' ';
    return [
      fraction(score.trainAccuracy, 3),
      `${fraction(score.validationAccuracy, 3)}${intervalText(score)}${mark}`,
    ];
  });
  return [
    printable(run.id),
    thousands(run.parameters),
    duration(run.seconds),
    Number.isFinite(run.imagesPerSecond) ? thousands(run.imagesPerSecond) : '-',
    ...heads,
  ];
}

function intervalText({interval}: HeadScore): string {
  return interval === undefined ? '' : ` (${fraction(interval[0], 3)}-${fraction(interval[1], 3)})`;
}

function best({runs}: Comparison, head: string): number {
  return Math.max(
    ...runs
      .filter(({problem}) => problem === undefined)
      .map(run => run.heads[head]?.validationAccuracy ?? -1),
  );
}

function footnotes({runs, heads}: Comparison): string {
  const problems = runs.flatMap(({id, problem}) =>
    problem === undefined ? [] : [`${printable(id)}: ${printable(problem)}`],
  );
  const first = runs.find(({problem}) => problem === undefined);
  const baselines = heads
    .map(head => `${head} ${fraction(first?.heads[head]?.baseline ?? Number.NaN, 3)}`)
    .join(', ');
  const images = first?.heads[heads[0] ?? '']?.images ?? 0;
  const scale =
    first === undefined
      ? []
      : [`* best; n = ${images} validation images; always the majority class: ${baselines}`];
  return [...scale, ...problems].map(text => `${text}\n`).join('');
}

function comparisonCsv({heads, runs}: Comparison): string {
  const header = [
    ...['run', 'experiment', 'status', 'seed', 'parameters', 'seconds', 'images_per_second'],
    ...heads.flatMap(head => [
      `${head}_train_accuracy`,
      `${head}_validation_accuracy`,
      `${head}_low`,
      `${head}_high`,
    ]),
  ];
  const rows = runs.map(run => [
    ...[
      run.id,
      run.experiment,
      run.status,
      run.seed,
      run.parameters,
      run.seconds.toFixed(3),
      run.imagesPerSecond.toFixed(1),
    ],
    ...heads.flatMap(head => {
      const score = run.heads[head];
      return [
        score?.trainAccuracy,
        score?.validationAccuracy,
        score?.interval?.[0],
        score?.interval?.[1],
      ];
    }),
  ]);
  return stringify([header, ...rows]);
}

function comparisonMarkdown(comparison: Comparison): string {
  const header = headerCells(comparison);
  const row = (values: readonly string[]): string =>
    `| ${values.map(value => value.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `| ${header.map((_, column) => (column === 0 ? '---' : '---:')).join(' | ')} |`;
  const body = comparison.runs.map(run => row(cells(run, comparison)));
  return `${[row(header), rule, ...body].join('\n')}\n\n${footnotes(comparison)}`;
}

function pad(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return right ? blanks + text : text + blanks;
}
