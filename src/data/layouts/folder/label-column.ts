import {firstOf} from '../../../util/format.js';
import {MOST_CLASSES} from '../../../experiment/limits.js';
import {MISSING} from '../../../experiment/missing-label.js';
import {labelOf} from '../label-rows.js';

/** More different values are not even counted. */
const MAX_VALUES = 10_000;
const NAMED = 3;
/** Above this fraction of the values, the others are taken for mistakes. */
const MOSTLY = 0.9;

/** A column of a table that labels images, one value for each row. */
export type LabelColumn = {
  readonly name: string;
  /** What the labels 0, 1, … stand for. */
  readonly classes: readonly string[];
  /** The class or MISSING, row by row. */
  readonly labels: Uint8Array;
};

/** A column that does not label images with classes, and why. */
export type RejectedColumn = {readonly name: string; readonly reason: string};

export function isRejected(column: LabelColumn | RejectedColumn): column is RejectedColumn {
  return 'reason' in column;
}

type Value = {readonly code: number; readonly line: number; count: number};

/** Collects the cells of one column, and finds out what they say. */
export class ColumnReader {
  readonly #heading: string;
  readonly #values = new Map<string, Value>();
  readonly #codes: number[] = [];

  constructor(heading: string) {
    this.#heading = heading;
  }

  add(cell: string, line: number): void {
    let value = this.#values.get(cell);
    if (value === undefined) {
      if (this.#values.size > MAX_VALUES) return;
      value = {code: this.#values.size, line, count: 0};
      this.#values.set(cell, value);
    }
    value.count += 1;
    this.#codes.push(value.code);
  }

  /** @param file Name of the table, for messages. */
  read(file: string): LabelColumn | RejectedColumn {
    const name = headName(this.#heading);
    const classes = this.#classes(file);
    if (typeof classes === 'string') return {name, reason: classes};
    const labels = Uint8Array.from(this.#values.keys(), text =>
      isMissing(text) ? MISSING : classes.labelOf(text),
    );
    return {name, classes: classes.names, labels: Uint8Array.from(this.#codes, at => labels[at]!)};
  }

  /** The classes of the column, or why it has none. */
  #classes(file: string): Classes | string {
    const values = [...this.#values].filter(([text]) => !isMissing(text));
    if (values.length === 0) return `${file}: ${this.#heading} has no values.`;
    const binary = binaryClasses(values);
    if (binary !== undefined) return binary;
    const wrong = this.#mistake(values);
    if (wrong !== undefined) {
      const [text, {line}] = wrong;
      return `${file}:${line}: ${this.#heading} is ${JSON.stringify(text)}. Expected ${NOTATIONS}, or nothing where it is not known.`;
    }
    return namedClasses(values) ?? `${file}: ${this.#heading} has ${this.#described(values)}.`;
  }

  /** The first value that is no label, where nearly all are. */
  #mistake(values: readonly (readonly [string, Value])[]): (typeof values)[number] | undefined {
    const wrong = values.filter(([text]) => labelOf(text) === undefined);
    const count = wrong.reduce((sum, [, value]) => sum + value.count, 0);
    const total = values.reduce((sum, [, value]) => sum + value.count, 0);
    const isRare = count < (1 - MOSTLY) * total;
    return isRare && !wrong.every(([text]) => isNumber(text)) ? wrong[0] : undefined;
  }

  #described(values: readonly (readonly [string, Value])[]): string {
    const count = values.length > MAX_VALUES ? `more than ${MAX_VALUES}` : values.length;
    const texts = values.map(([text]) => text);
    const list = firstOf(texts, NAMED);
    if (values.length === 1) return `one value in all rows: ${list}. Expected several`;
    return `${count} values: ${list}. Expected ${NOTATIONS}, or at most ${MOST_CLASSES} classes`;
  }
}

type Classes = {
  readonly names: readonly string[];
  readonly labelOf: (text: string) => number;
};

const NOTATIONS = '0 or 1, -1 or 1, yes or no, or true or false';

/** undefined unless all values are 0 or 1 in some notation; -1 beside 0 is not. */
function binaryClasses(values: readonly (readonly [string, Value])[]): Classes | undefined {
  const isAllLabels = values.every(([text]) => labelOf(text) !== undefined);
  const numbers = new Set(values.map(([text]) => Number(text)));
  if (!isAllLabels || (numbers.has(0) && numbers.has(-1))) return undefined;
  return {names: ['0', '1'], labelOf: text => labelOf(text) ?? 0};
}

/** Sorts numbers within names by their value, the same on every machine. */
const collator = new Intl.Collator('en', {numeric: true});

/** The classes of names, in the order of the alphabet; capitals do not count. */
function namedClasses(values: readonly (readonly [string, Value])[]): Classes | undefined {
  if (values.length > MAX_VALUES) return undefined;
  const names = sortedClasses(values.map(([text]) => text));
  if (names.length < 2 || names.length > MOST_CLASSES) return undefined;
  const numbers = new Map(names.map((name, number) => [name.toLowerCase(), number]));
  return {names, labelOf: text => numbers.get(text.toLowerCase())!};
}

/** Different names, sorted; of those that differ in capitals only, the first. */
function sortedClasses(names: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const name of names) if (!byKey.has(name.toLowerCase())) byKey.set(name.toLowerCase(), name);
  return [...byKey.values()].sort(collator.compare);
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}

/** Whether a cell says that the value is not known. */
function isMissing(text: string): boolean {
  return /^(|na|n\/a|nan|null)$/i.test(text);
}

/** The name of a head, in letters that every file system has: `Wears glasses` is `Wears_glasses`. */
export function headName(heading: string): string {
  const plain = heading
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\w-]+/g, '_')
    .replace(/^-+/, '')
    .slice(0, MAX_NAME);
  return plain === '' || plain in {} ? `${plain}_` : plain;
}

/** As long as the name of a head may be. */
const MAX_NAME = 64;
