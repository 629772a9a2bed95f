import {readLastLines, readPlainFile} from '../../util/safe-file.js';
import {isBroken, type RunRecord} from '../../runs/run-record.js';
import type {Comparison} from '../../compare/comparison.js';
import type {MeasuredRun} from '../../compare/measure-run.js';
import {enumerated} from '../text/numbers.js';
import {worstMistakes, type Mistakes, type ImageReader} from './mistakes.js';
import type {ReportRow} from './report-row.js';
import {mapLimited} from '../../util/map-limited.js';

/** All that a report shows, read and computed; what writes it decides the form. */
export type Report = {
  readonly title: string;
  /** ISO 8601 in UTC. */
  readonly written: string;
  readonly version: string;
  readonly comparison: Comparison;
  /** In the order of the comparison's groups. */
  readonly rows: readonly ReportRow[];
  /** Heads of all runs, also of those that cannot be compared. */
  readonly heads: readonly string[];
  /** The end of what the trainers of failed runs printed, by run. */
  readonly trainerLogs: ReadonlyMap<string, string>;
  /** undefined where images were not asked for. */
  readonly mistakes: readonly Mistakes[] | undefined;
};

export type ReportOptions = {
  readonly now: () => number;
  readonly version: string;
  /** Given only where people asked for images: the answers, and what reads an image. */
  readonly images?: {readonly measured: readonly MeasuredRun[]; readonly read: ImageReader};
};

/** Gathers what a report shows beside the comparison of its runs. */
export async function makeReport(
  comparison: Comparison,
  records: readonly RunRecord[],
  {now, version, images}: ReportOptions,
): Promise<Report> {
  const byId = new Map(records.map(record => [record.state.id, record]));
  const labels = labelsOf(comparison);
  const rows = await mapLimited(comparison.groups, async (group, index) => {
    const own = group.runs.flatMap(({id}) => byId.get(id) ?? []);
    const [summary, definition] = await Promise.all([
      textOf(own[0]?.folder.summary),
      textOf(own[0]?.folder.experiment),
    ]);
    return {group, label: labels[index] ?? group.name, records: own, summary, definition};
  });
  return {
    title: titleOf(records),
    written: new Date(now()).toISOString(),
    version,
    comparison,
    rows,
    heads: [...new Set([...comparison.heads, ...records.flatMap(({state}) => state.heads)])],
    trainerLogs: await logsOf(records),
    mistakes:
      images === undefined ? undefined : await worstMistakes(rows, images.measured, images.read),
  };
}

/** Where the rows are one axis of a matrix, its values tell them apart. */
function labelsOf({groups, tradeOff: {axis}}: Comparison): string[] {
  const labels = groups.map(({name, variant}) =>
    axis === undefined ? name : `${axis.split('.').at(-1) ?? axis} ${String(variant[axis])}`,
  );
  return labels.map((label, index) =>
    labels.indexOf(label) === index ? label : `${label} (${index + 1})`,
  );
}

function titleOf(records: readonly RunRecord[]): string {
  const names = [
    ...new Set(records.map(({info, folder}) => (isBroken(info) ? folder.id : info.file))),
  ];
  return names.length > 4 ? `${names.length} experiments` : enumerated(names);
}

const MAX_TEXT_BYTES = 2_000_000;

async function textOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return (await readPlainFile(file, MAX_TEXT_BYTES).catch(() => undefined))?.toString();
}

const LOG_BYTES = 3000;

async function logsOf(records: readonly RunRecord[]): Promise<Map<string, string>> {
  const broken = records.filter(({status}) => status === 'failed' || status === 'crashed');
  const ends = await mapLimited(broken, ({folder}) => readLastLines(folder.trainerLog, LOG_BYTES));
  const found = broken.map(({state}, index) => [state.id, ends[index] ?? ''] as const);
  return new Map(found.filter(([, text]) => text !== ''));
}
