import {keysAt} from '../experiment/json-schema.js';
import {nearest} from '../util/nearest.js';
import {readRunDefinition} from './run-definition.js';
import {hasValue, runFacts, type RunFact} from './run-facts.js';
import type {RunFolder} from './run-folder.js';
import {tagsText} from './run-notes.js';
import type {RunRecord} from './run-record.js';

/** A filter of runs that somebody wrote. */
type RunFilter = {
  readonly matches: (record: RunRecord) => boolean;
  /** Sentences that say what is wrong; such terms let every run through. */
  readonly problems: readonly string[];
  /** Whether a term waits for definitions that are not read yet. */
  readonly isWaiting: boolean;
};

type Term = (record: RunRecord) => boolean;

/** How a term is written, for help and errors. */
export const FILTER_SYNTAX =
  'words match ids, experiments, status, tags and pinned; KEY=VALUE, !=, <, <=, >, >= compare, KEY~TEXT finds a part; a KEY is a column, a head, or a key of the definition such as training.batchSize';

/** The key ends where the sign begins; a longer sign wins. */
const TERM = /^([^=!<>~:]+)(!=|<=|>=|=|<|>|~|:)(.*)$/su;

/**
 * Reads a filter such as `Smiling>0.8 status=failed seed=1 experiment~scale faces`. Keys are facts of
 * the runs (see `runFacts`) or keys of their definitions, whose end is enough: `image.scale=0.5`.
 *
 * @param records All runs: they have the heads and the keys of matrices.
 * @param isRead  Whether the definition of a run can be read at once. A term about definitions waits
 *   for all of them.
 */
export function parseRunFilter(
  text: string,
  records: readonly RunRecord[],
  isRead: (folder: RunFolder) => boolean = () => true,
): RunFilter {
  const problems: string[] = [];
  let isWaiting = false;
  const terms = text
    .split(/\s+/)
    .filter(word => word !== '')
    .flatMap((word): Term[] => {
      const [, key, sign, value] = TERM.exec(word) ?? [];
      if (key === undefined || sign === undefined || value === undefined) return [wordTerm(word)];
      const fact = factNamed(key, runFacts(records));
      const inDefinition = fact === undefined ? definitionFact(key) : undefined;
      if (inDefinition !== undefined && !records.every(({folder}) => isRead(folder))) {
        isWaiting = true;
        problems.push(`${word}: Reading the definitions of ${records.length} runs …`);
        return [];
      }
      const asked = fact ?? inDefinition;
      const term =
        asked === undefined ? unknownKey(key, runFacts(records)) : factTerm(asked, sign, value);
      if (typeof term === 'function') return [term];
      problems.push(`${word}: ${term}`);
      return [];
    });
  return {matches: record => terms.every(term => term(record)), problems, isWaiting};
}

/** What words are looked for in; made once for each run. */
const haystacks = new WeakMap<RunRecord, string>();

function wordTerm(word: string): Term {
  const needle = word.toLowerCase();
  return record => {
    const {folder, state, status, notes} = record;
    const before = haystacks.get(record);
    const haystack =
      before ?? `${folder.id} ${state.experiment} ${status} ${tagsText(notes)}`.toLowerCase();
    if (before === undefined) haystacks.set(record, haystack);
    return haystack.includes(needle);
  };
}

/** A comparison with a fact, or what is wrong with it. */
function factTerm(fact: RunFact, sign: string, text: string): Term | string {
  if (text === '') return `Expected a value after ${sign}.`;
  if (fact.kind === 'words') return wordsTerm(fact, sign, text);
  if (sign === '~' || sign === ':') return textTerm(fact, text, (a, b) => a.includes(b));
  if (fact.kind === 'text') {
    const number = Number(text);
    const asNumber = Number.isNaN(number) ? undefined : numberTerm(fact, sign, number);
    return record => {
      const value = fact.value(record);
      if (asNumber !== undefined && typeof value === 'number') return asNumber(record);
      return textTerm(fact, text, (a, b) => compares(sign, a < b ? -1 : a > b ? 1 : 0))(record);
    };
  }
  const number = fact.kind === 'seconds' ? secondsOf(text) : Number(text);
  if (Number.isNaN(number)) {
    const example = fact.kind === 'seconds' ? 'a time such as 90, 90s, 5m or 2h' : 'a number';
    return `Expected ${example}; received ${text}.`;
  }
  return numberTerm(fact, sign, number);
}

function factNamed(key: string, facts: readonly RunFact[]): RunFact | undefined {
  const name = key.toLowerCase();
  return (
    facts.find(fact => fact.key.toLowerCase() === name) ??
    facts.find(fact => fact.key.toLowerCase().endsWith(`.${name}`)) ??
    // One of the words: `tag:x`.
    facts.find(fact => fact.kind === 'words' && fact.key === `${name}s`)
  );
}

/** A value of the definition: by its key, or by the end of it, which several keys may have. */
function definitionFact(key: string): RunFact | undefined {
  const name = key.toLowerCase();
  const ends = (candidate: string): boolean => `.${candidate.toLowerCase()}`.endsWith(`.${name}`);
  const isKey = definitionKeys().some(
    leaf => ends(leaf) || name.startsWith(`${leaf.toLowerCase()}.`),
  );
  if (!isKey) return undefined;
  return {
    key,
    kind: 'text',
    value: ({folder}) => {
      const entry = Object.entries(readRunDefinition(folder)?.values ?? {}).find(([leaf]) =>
        ends(leaf),
      );
      const value = entry?.[1];
      return typeof value === 'boolean' ? String(value) : value;
    },
  };
}

let leaves: readonly string[] | undefined;

/** Keys that a definition may have, such as `data.image.scale`. */
function definitionKeys(): readonly string[] {
  return (leaves ??= ['data', 'model', 'training', 'evaluation'].flatMap(part => leavesOf([part])));
}

function leavesOf(path: readonly string[]): readonly string[] {
  const keys = keysAt(path);
  return keys.length === 0 ? [path.join('.')] : keys.flatMap(key => leavesOf([...path, key]));
}

const MAX_NAMED = 12;

function unknownKey(key: string, facts: readonly RunFact[]): string {
  const keys = facts.map(fact => fact.key);
  const near = nearest(key, [...keys, ...definitionKeys()]);
  const more = keys.length > MAX_NAMED ? ` and ${keys.length - MAX_NAMED} more` : '';
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return `No run has the key ${key}. Expected one of ${keys.slice(0, MAX_NAMED).join(', ')}${more}, or a key of the definition.${hint}`;
}

function textTerm(fact: RunFact, text: string, fits: (a: string, b: string) => boolean): Term {
  const wanted = text.toLowerCase();
  return record => fits(String(fact.value(record) ?? '').toLowerCase(), wanted);
}

/** Whether one of the words is the text or, with `~`, has it in it; with `!=`, whether none is. */
function wordsTerm({value}: RunFact, sign: string, text: string): Term | string {
  if (!['=', ':', '!=', '~'].includes(sign)) return `Expected =, :, != or ~; received ${sign}.`;
  const wanted = text.toLowerCase();
  return record => {
    const words = String(value(record) ?? '')
      .toLowerCase()
      .split(' ');
    const fits = words.some(word => (sign === '~' ? word.includes(wanted) : word === wanted));
    return fits === (sign !== '!=');
  };
}

/** Numbers are written rounded: 0.8 is equal to 0.8004, as a table shows it. */
const EQUAL_WITHIN = 0.0005;

function numberTerm(fact: RunFact, sign: string, number: number): Term {
  return record => {
    const value = fact.value(record);
    if (!hasValue(value)) return sign === '!=';
    const difference = Number(value) - number;
    const isEqual = (sign === '=' || sign === '!=') && Math.abs(difference) < EQUAL_WITHIN;
    return compares(sign, isEqual ? 0 : difference);
  };
}

/** @param difference Below 0 where the run's value is less. */
function compares(sign: string, difference: number): boolean {
  switch (sign) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    default:
      return difference >= 0;
  }
}

const SECONDS: Readonly<Record<string, number>> = {'': 1, s: 1, m: 60, h: 3600};

/** `90`, `90s`, `5m` or `2h` in seconds; NaN for anything else. */
function secondsOf(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  return Number(number) * (SECONDS[unit] ?? Number.NaN);
}
