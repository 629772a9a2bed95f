import type {Comparison} from '../../compare/comparison.js';
import type {MetricSummary} from '../../compare/groups.js';
import {FEWEST_IMAGES} from '../../experiment/slices.js';
import type {HeadSlices, RateGap, Slice} from '../../compare/slices.js';
import {headMetricKeys} from '../../experiment/metrics.js';
import {thousands} from '../../util/format.js';
import type {Table} from '../../util/table.js';
import {metricText} from '../text/numbers.js';
import {summaryFacts, type CellValue} from './metric-columns.js';

/** The slices of a head of a group, for a row. */
export type SlicedHead = HeadSlices & {readonly group: string};

/** Every head of every group with slices, head by head. */
export function slicedHeads({slices, heads}: Comparison): SlicedHead[] {
  return heads.flatMap(head =>
    slices.flatMap(({group, heads: sliced}) =>
      sliced.flatMap(slicedHead => (slicedHead.head === head ? [{...slicedHead, group}] : [])),
    ),
  );
}

/** `0.835 (0.777-0.880)`; `-` for what is no number. */
export function rateText({
  mean,
  ciLow,
  ciHigh,
}: Pick<MetricSummary, 'mean' | 'ciLow' | 'ciHigh'>): string {
  if (!Number.isFinite(mean)) return '-';
  return `${metricText(mean)} (${metricText(ciLow)}-${metricText(ciHigh)})`;
}

/** The number of images of a slice; with a mark where they are too few. */
export function imagesText({images}: Pick<Slice, 'images'>): string {
  return images < FEWEST_IMAGES ? `${thousands(images)} !` : thousands(images);
}

/** In place of the worst slice where all have the same accuracy. */
export const ALL_EQUAL = 'all equal';

/** A row per head, group and product: the worst slice, and the gaps between the slices. */
export function worstSliceTable(comparison: Comparison): Table {
  const gap = ({value, ...interval}: RateGap): string => rateText({mean: value, ...interval});
  return {
    header: ['head', 'run', 'by', 'worst slice', 'accuracy (95 %)', 'TPR gap', 'FPR gap'],
    rows: slicedHeads(comparison).flatMap(({head, group, products}) =>
      products.map(({by, worst, truePositiveRateGap, falsePositiveRateGap}) => [
        ...[head, group, by, worst === undefined ? '-' : (worst.name ?? ALL_EQUAL)],
        worst === undefined ? '-' : rateText(worst.accuracy),
        gap(truePositiveRateGap),
        gap(falsePositiveRateGap),
      ]),
    ),
    right: [4, 5, 6],
  };
}

/** A row per head, slice and group: its images, and the metrics of them alone. */
export function sliceTable(comparison: Comparison): Table {
  const header = ['balanced', 'precision', 'TPR', 'FPR', 'F1', 'ROC-AUC'];
  return {
    header: ['head', 'slice', 'run', 'images', 'accuracy (95 %)', ...header],
    rows: comparison.heads.flatMap(head => {
      const members = slicedHeads(comparison).filter(candidate => candidate.head === head);
      const names = [...new Set(members.flatMap(({slices}) => slices.map(({name}) => name)))];
      return names.flatMap(name =>
        members.flatMap(({group, slices}) =>
          slices.filter(slice => slice.name === name).map(slice => sliceCells(head, group, slice)),
        ),
      );
    }),
    right: [3, 4, 5, 6, 7, 8, 9, 10],
  };
}

function sliceCells(head: string, group: string, slice: Slice): string[] {
  const {accuracy, balancedAccuracy, precision, recall, f1, rocAuc} = slice.metrics;
  return [
    ...[head, slice.name, group, imagesText(slice), rateText(accuracy)],
    ...[balancedAccuracy, precision, recall, slice.falsePositiveRate, f1, rocAuc].map(({mean}) =>
      metricText(mean),
    ),
  ];
}

const gapFacts = [
  ['', ({value}: RateGap) => value],
  ['.ciLow', ({ciLow}: RateGap) => ciLow],
  ['.ciHigh', ({ciHigh}: RateGap) => ciHigh],
] as const;

/** The columns of a slice in the CSV after those that name it. */
const sliceFacts: readonly (readonly [string, (slice: Slice, head: HeadSlices) => CellValue])[] = [
  ['images', ({images}) => images],
  ['positives', ({positives}) => positives],
  ...headMetricKeys.flatMap(key =>
    summaryFacts.map(
      ([suffix, fact]) => [`${key}${suffix}`, ({metrics}: Slice) => fact(metrics[key])] as const,
    ),
  ),
  ...summaryFacts.map(
    ([suffix, fact]) =>
      [
        `falsePositiveRate${suffix}`,
        ({falsePositiveRate}: Slice) => fact(falsePositiveRate),
      ] as const,
  ),
  ['worst', (slice, head) => (productOf(slice, head)?.worst?.name === slice.name ? 1 : 0)],
  ['worst.ciLow', (slice, head) => worstOf(slice, head)?.ciLow],
  ['worst.ciHigh', (slice, head) => worstOf(slice, head)?.ciHigh],
  ...(['truePositiveRateGap', 'falsePositiveRateGap'] as const).flatMap(key =>
    gapFacts.map(
      ([suffix, fact]) =>
        [
          `${key}${suffix}`,
          (slice: Slice, head: HeadSlices): CellValue => {
            const product = productOf(slice, head);
            return product === undefined ? undefined : fact(product[key]);
          },
        ] as const,
    ),
  ),
];

function productOf(
  {by}: Slice,
  {products}: HeadSlices,
): HeadSlices['products'][number] | undefined {
  return products.find(product => product.by === by);
}

/** The interval of the lowest accuracy, in the row of the slice that has it. */
function worstOf(slice: Slice, head: HeadSlices): MetricSummary | undefined {
  const worst = productOf(slice, head)?.worst;
  return worst?.name === slice.name ? worst.accuracy : undefined;
}

/** The rows of the CSV of slices, with their header. */
export function sliceRows(comparison: Comparison): readonly (readonly CellValue[])[] {
  return [
    ['run', 'head', 'by', 'slice', ...sliceFacts.map(([name]) => name)],
    ...slicedHeads(comparison).flatMap(sliced =>
      sliced.slices.map(slice => [
        ...[sliced.group, sliced.head, slice.by, slice.name],
        ...sliceFacts.map(([, fact]) => fact(slice, sliced)),
      ]),
    ),
  ];
}
