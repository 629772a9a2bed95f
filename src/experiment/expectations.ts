import {mean} from '../util/sum.js';
import {EXPECTATION_PARTS} from './expectation-form.js';
import type {HeadMetric} from './metrics.js';
import type {Part} from './parts.js';

type Comparison = '>=' | '<=' | '>' | '<';

type ParsedExpectation = {
  readonly head: string;
  readonly split: Part;
  readonly metric: ExpectedMetric;
  readonly comparison: Comparison;
  readonly value: number;
};

/** What an expectation may be about: the loss, or a metric of a head. */
export type ExpectedMetric = 'loss' | HeadMetric;

type HeadResult = Readonly<Partial<Record<ExpectedMetric, number>>> | undefined;
/** Results by head and part. */
type HeadResults = Readonly<Record<string, Readonly<Partial<Record<Part, HeadResult>>>>>;

/** In place of a head: the mean over all heads. */
export const MEAN_OF_HEADS = 'mean';

const holds: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
};

/** Parses an expectation that the schema has accepted. */
export function parseExpectation(text: string): ParsedExpectation {
  const match = EXPECTATION_PARTS.exec(text);
  if (match === null)
    throw new Error(`The schema accepted ${JSON.stringify(text)} as an expectation.`);
  const [, head, split, metric, comparison, value] = match;
  return {head, split, metric, comparison, value: Number(value)} as ParsedExpectation;
}

/** The unmet expectations as sentences. NaN meets no expectation. */
export function checkExpectations(texts: readonly string[], results: HeadResults): string[] {
  return texts.flatMap(text => {
    const {head, split, metric, comparison, value} = parseExpectation(text);
    const actual =
      head === MEAN_OF_HEADS && results[head] === undefined
        ? meanOver(results, split, metric)
        : results[head]?.[split]?.[metric];
    if (actual !== undefined && holds[comparison](actual, value)) return [];
    return [
      `expected ${text}; it was ${actual === undefined ? 'not measured' : Number(actual.toPrecision(4))}`,
    ];
  });
}

/** undefined where a head was not measured. */
function meanOver(results: HeadResults, part: Part, metric: ExpectedMetric): number | undefined {
  const values = Object.values(results).map(parts => parts[part]?.[metric]);
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return mean(values.map(value => value ?? Number.NaN));
}
