import {countRuns} from '../../experiment/count-runs.js';
import type {ParsedExperiment} from '../../experiment/parse.js';
import {knownTrials, roundsOf} from '../../experiment/search-rounds.js';
import type {Dimension, Search} from '../../experiment/search-schema.js';
import type {Variant} from '../../experiment/variants.js';
import {counted, thousands} from '../../util/format.js';
import {textTable} from '../../util/table.js';

/** The search of a file, in lines: its method, its space, and the trials that are known; none without a search. */
export function searchPlanLines(parsed: ParsedExperiment): string[] {
  const {file, variants} = parsed;
  const {search, training} = file;
  if (search === undefined) return [];
  const {repeat} = search;
  const runs = countRuns(parsed);
  return [
    `Search by ${search.metric}: ${methodText(search, training.epochs)}${repeat > 1 ? `, ${repeat} seeds each` : ''}; ${thousands(runs)} trainings.`,
    '',
    ...lines(['key', 'values'], spaceRows(search)),
    '',
    ...trialLines(search, variants),
  ];
}

function methodText(search: Search, epochs: number): string {
  const {method, runs} = search;
  switch (method) {
    case 'random':
      return `${runs} random trials`;
    case 'tpe':
      return `${runs} trials, of which ${knownTrials(search)} are random and TPE proposes the rest`;
    case 'halving':
      return `successive halving, ${roundsOf(search, epochs)
        .map(round => `${counted(round.trials, 'trial')} with ${counted(round.epochs, 'epoch')}`)
        .join(', then ')}`;
  }
}

function spaceRows({space}: Search): string[][] {
  return Object.entries(space).map(([key, dimension]) => [key, dimensionText(dimension)]);
}

function dimensionText(dimension: Dimension): string {
  if (Array.isArray(dimension)) return dimension.join(', ');
  const [low, high] = Object.values(dimension)[0] as [number, number];
  const how = {log: ', by the logarithm', integer: ', whole numbers', uniform: ''};
  return `${low} to ${high}${how[Object.keys(dimension)[0] as keyof typeof how]}`;
}

function trialLines({space}: Search, variants: readonly Variant[]): string[] {
  const keys = Object.keys(space);
  const rows = variants.map(({experiment, variant}) => [
    experiment.name,
    ...keys.map(key => String(variant[key])),
  ]);
  return lines(['first trials', ...keys.map(key => key.slice(key.lastIndexOf('.') + 1))], rows);
}

function lines(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return textTable({header, rows}).trimEnd().split('\n');
}
