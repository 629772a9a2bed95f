import type {RunRecord} from '../runs/run-record.js';
import {groupRuns, type ComparedGroup} from './groups.js';
import {measureRun, type MeasuredRun} from './measure-run.js';
import {tradeOffOf, type TradeOff} from './trade-off.js';
import {verdictOf, type Verdict} from './verdict.js';
import {mapLimited} from '../util/map-limited.js';

/** 1 had no number, and other names for the results of a test. */
const SCHEMA_VERSION = 2;

/** Runs side by side, and what their differences say. */
export type Comparison = {
  /** Version of `comparison.json`; rises when a key changes its name or meaning. */
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly heads: readonly string[];
  /** One row each: runs that differ in nothing but the seed are together. */
  readonly groups: readonly ComparedGroup[];
  readonly verdict: Verdict;
  readonly tradeOff: TradeOff;
};

export type CompareOptions = {
  /** A row for each run: seeds are not put together. */
  readonly each?: boolean;
};

/** Puts runs side by side; one that failed stays in the table, with the reason. */
export async function compareRuns(
  records: readonly RunRecord[],
  options: CompareOptions = {},
): Promise<Comparison> {
  return comparisonOf(await mapLimited(records, measureRun), options);
}

/** The same from runs that were measured before; computes, and reads nothing. */
export function comparisonOf(
  runs: readonly MeasuredRun[],
  {each = false}: CompareOptions = {},
): Comparison {
  const measured = groupRuns(runs, each);
  const groups = measured.map(({group}) => group);
  const heads = [...new Set(groups.flatMap(group => Object.keys(group.heads)))];
  return {
    schemaVersion: SCHEMA_VERSION,
    heads,
    groups,
    verdict: verdictOf(measured),
    tradeOff: tradeOffOf(groups),
  };
}
