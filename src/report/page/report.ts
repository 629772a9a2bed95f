import path from 'node:path';
import {affinityOfGroup, type GroupAffinity} from '../../compare/affinity.js';
import type {Comparison} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import {labelled} from '../../compare/labelled-images.js';
import type {HeadPredictions} from '../../compare/predictions.js';
import type {MeasuredRun} from '../../compare/run-metrics.js';
import {confidenceOf} from '../../experiment/decision.js';
import {MISSING} from '../../experiment/missing-label.js';
import {readAffinity} from '../../runs/affinity-file.js';
import {RunFolder} from '../../runs/run-folder.js';
import type {RunRecord} from '../../runs/run-record.js';
import {isFailed} from '../../runs/status.js';
import {mapLimited} from '../../util/map-limited.js';
import {readLastLines, readPlainFile} from '../../util/safe-file.js';
import {enumerated} from '../text/numbers.js';

/** Everything that a report shows, independent of its format. */
export type Report = {
  readonly title: string;
  /** ISO 8601 in UTC. */
  readonly written: string;
  readonly version: string;
  readonly comparison: Comparison;
  /** In the order of the comparison's groups. */
  readonly rows: readonly ReportRow[];
  /** The affinities by which groups of heads were proposed, where a run beside the compared ones has them. */
  readonly proposal: {readonly run: string; readonly affinity: GroupAffinity} | undefined;
  /** Heads of all runs, including runs that cannot be compared. */
  readonly heads: readonly string[];
  /** The last lines that the trainers of failed runs printed, by run. */
  readonly trainerLogs: ReadonlyMap<string, string>;
  /** undefined where nobody asked for images. */
  readonly mistakes: readonly Mistakes[] | undefined;
};

/** One row of a comparison with the files of its runs. */
export type ReportRow = {
  readonly group: Group;
  /** Its name in charts: short, and unique within the report. */
  readonly label: string;
  readonly records: readonly RunRecord[];
  /** Text of the first run's `summary.txt` and `experiment.yaml`; undefined where unreadable. */
  readonly summary: string | undefined;
  readonly definition: string | undefined;
};

/** The mistakes of a row on a head, the most confident first. Several seeds show the first one's. */
export type Mistakes = {
  readonly row: string;
  readonly head: string;
  readonly run: string;
  readonly wrong: number;
  readonly images: number;
  readonly examples: readonly Mistake[];
};

export type Mistake = {
  readonly file: string;
  /** What it shows: `is Male`, `is not Male`, or `is` and the name of a class. */
  readonly truth: string;
  /** Predicted probability of 1; of the predicted class where there are more than two. */
  readonly probability: number;
  /** Data URI. */
  readonly image: string;
};

/** Returns an image as a data URI; undefined where it cannot be read. */
export type ImageReader = (record: RunRecord, file: string) => Promise<string | undefined>;

export type ReportOptions = {
  readonly now: () => number;
  readonly version: string;
  /** Set where people ask for images of mistakes. */
  readonly images?: {readonly measured: readonly MeasuredRun[]; readonly read: ImageReader};
};

/** Reads the files of a comparison's runs. */
export async function makeReport(
  comparison: Comparison,
  records: readonly RunRecord[],
  {now, version, images}: ReportOptions,
): Promise<Report> {
  const byId = new Map(records.map(record => [record.state.id, record]));
  const labels = labelsOf(comparison);
  const rows = await mapLimited(comparison.groups, async (group, index) => {
    const members = group.runs.flatMap(({id}) => byId.get(id) ?? []);
    const [summary, definition] = await Promise.all([
      textOf(members[0]?.folder.summary),
      textOf(members[0]?.folder.experiment),
    ]);
    return {group, label: labels[index] ?? group.name, records: members, summary, definition};
  });
  return {
    title: titleOf(records),
    written: new Date(now()).toISOString(),
    version,
    comparison,
    rows,
    proposal: await proposalOf(comparison, records),
    heads: [...new Set([...comparison.heads, ...records.flatMap(({state}) => state.heads)])],
    trainerLogs: await logsOf(records),
    mistakes:
      images === undefined ? undefined : await worstMistakes(rows, images.measured, images.read),
  };
}

/** Along one axis of a matrix, the axis's values are the labels. */
function labelsOf({groups, axis}: Comparison): string[] {
  const labels = groups.map(({name, variant}) =>
    axis === undefined ? name : `${axis.split('.').at(-1) ?? axis} ${String(variant[axis])}`,
  );
  return labels.map((label, index) =>
    labels.indexOf(label) === index ? label : `${label} (${index + 1})`,
  );
}

function titleOf(records: readonly RunRecord[]): string {
  const names = [...new Set(records.map(({info, folder}) => info?.file ?? folder.id))];
  return names.length > 4 ? `${names.length} experiments` : enumerated(names);
}

/** The affinities of the run that proposed the compared groups. */
async function proposalOf(
  {grouping}: Comparison,
  [record]: readonly RunRecord[],
): Promise<Report['proposal']> {
  const run = grouping?.affinities;
  if (run === undefined || record === undefined || path.basename(run) !== run) return undefined;
  const folder = new RunFolder(path.join(path.dirname(record.folder.path), run));
  const affinity = affinityOfGroup([await readAffinity(folder)]);
  return affinity && {run, affinity};
}

const MAX_TEXT_BYTES = 2_000_000;

async function textOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return (await readPlainFile(file, MAX_TEXT_BYTES).catch(() => undefined))?.toString();
}

const LOG_BYTES = 3000;

async function logsOf(records: readonly RunRecord[]): Promise<Map<string, string>> {
  const failed = records.filter(({status}) => isFailed(status));
  const logs = await mapLimited(
    failed,
    async ({state, folder}) =>
      [state.id, await readLastLines(folder.trainerLog, LOG_BYTES)] as const,
  );
  return new Map(logs.filter(([, text]) => text !== ''));
}

/** Images of mistakes for each row and head. */
export const MAX_EXAMPLES = 16;

async function worstMistakes(
  rows: readonly ReportRow[],
  measured: readonly MeasuredRun[],
  readImageFile: ImageReader,
): Promise<Mistakes[]> {
  const result: Mistakes[] = [];
  for (const {label, group, records} of rows) {
    const {run, predictions} =
      measured.find(
        candidate =>
          candidate.predictions !== undefined && group.runs.some(({id}) => id === candidate.run.id),
      ) ?? {};
    const record = records.find(({state}) => state.id === run?.id);
    if (run === undefined || predictions === undefined || record?.info === undefined) continue;
    for (const [head, headPredictions] of predictions.heads) {
      const {labels, predicted, probabilities, classes} = headPredictions;
      const wrong = wrongImages(headPredictions);
      const examples: Mistake[] = [];
      for (const index of wrong.slice(0, MAX_EXAMPLES)) {
        const file = predictions.files[index]!;
        const image = await readImageFile(record, file);
        if (image === undefined) continue;
        const label = labels[index]!;
        const truth =
          classes === undefined
            ? `is ${label === 1 ? '' : 'not '}${head}`
            : `is ${classes[label]}, predicted ${classes[predicted[index]!]}`;
        examples.push({file, truth, probability: probabilities[index]!, image});
      }
      const counts = {wrong: wrong.length, images: labelled(headPredictions).labels.length};
      result.push({row: label, head, run: run.id, ...counts, examples});
    }
  }
  return result;
}

/** Positions of the wrongly classified images, the most confident first, then by name. */
function wrongImages({labels, predicted, probabilities, classes}: HeadPredictions): number[] {
  const confidence = (image: number): number =>
    confidenceOf(classes ? 1 : (predicted[image] ?? 0), probabilities[image] ?? Number.NaN);
  return [...labels.keys()]
    .filter(image => labels[image] !== MISSING && labels[image] !== predicted[image])
    .sort((a, b) => confidence(b) - confidence(a) || a - b);
}
