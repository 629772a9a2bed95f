import type {Part} from './parts.js';

type Comparison = '>=' | '<=' | '>' | '<';

type ParsedExpectation = {
  readonly head: string;
  readonly split: Part;
  readonly metric: 'accuracy' | 'loss';
  readonly comparison: Comparison;
  readonly value: number;
};

type HeadResult = {readonly loss: number; readonly accuracy: number} | undefined;
type HeadResults = Readonly<Record<string, Readonly<Partial<Record<Part, HeadResult>>>>>;

const FORM = /^([\w-]+)\.(train|validation|test)\.(accuracy|loss) *(>=|<=|>|<) *(\S+)$/;

const holds: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
};

/** Parses an expectation that the schema has accepted. */
export function parseExpectation(text: string): ParsedExpectation {
  const match = FORM.exec(text);
  if (match === null)
    throw new Error(`The schema accepted ${JSON.stringify(text)} as an expectation.`);
  const [, head, split, metric, comparison, value] = match;
  return {head, split, metric, comparison, value: Number(value)} as ParsedExpectation;
}

/** The unmet expectations as sentences. NaN meets no expectation. */
export function checkExpectations(texts: readonly string[], results: HeadResults): string[] {
  return texts.flatMap(text => {
    const {head, split, metric, comparison, value} = parseExpectation(text);
    const actual = results[head]?.[split]?.[metric];
    if (actual !== undefined && holds[comparison](actual, value)) return [];
    return [
      `expected ${text}; it was ${actual === undefined ? 'not measured' : Number(actual.toPrecision(4))}`,
    ];
  });
}
