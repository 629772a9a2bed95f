import type {Screen} from '../state/interface-state.js';
import type {Binding} from './binding.js';
import {keyLabel} from './key-names.js';
import {chartKeys} from '../actions/charts.js';
import {commonKeys} from '../actions/common.js';
import {comparisonKeys} from '../actions/comparison.js';
import {dataKeys} from '../actions/data.js';
import {experimentKeys} from '../actions/experiments.js';
import {liveKeys} from '../actions/live.js';
import {predictionKeys} from '../actions/predictions.js';
import {runKeys} from '../actions/runs.js';

/**
 * The one table of keys: it dispatches them, draws the footer and the help, and `docs/keys.md` is
 * written from it. What only one screen does comes first, so that the footer shows it first.
 */
export const keyTable: readonly Binding[] = [
  ...experimentKeys,
  ...liveKeys,
  ...chartKeys,
  ...runKeys,
  ...comparisonKeys,
  ...predictionKeys,
  ...dataKeys,
  ...commonKeys,
];

/** The bindings of a screen, its own before those that act everywhere. */
export function bindingsOf(screen: Screen): readonly Binding[] {
  return [...bindingsOnly(screen), ...everywhere];
}

/** What a key does on a screen. */
export function bindingFor(key: string, screen: Screen): Binding | undefined {
  return bindingsOf(screen).find(({keys}) => keys.includes(key));
}

const everywhere = keyTable.filter(({screens}) => screens === undefined);

function bindingsOnly(screen: Screen): readonly Binding[] {
  return keyTable.filter(({screens}) => screens?.includes(screen) === true);
}

export const screenTitles: Readonly<Record<Screen, string>> = {
  experiments: 'Experiments',
  live: 'Live',
  runs: 'Runs',
  run: 'One run',
  compare: 'Compare',
  predictions: 'Predictions',
  data: 'Data',
};

/** The text of `docs/keys.md`. @param note Comment that says what generates it. */
export function keysMarkdown(note: string): string {
  const section = (title: string, bindings: readonly Binding[]): string[] => [
    `## ${title}`,
    '',
    '| keys | what they do |',
    '| --- | --- |',
    ...bindings.map(
      ({keys, help}) => `| ${keys.map(key => `\`${keyLabel(key, false)}\``).join(' ')} | ${help} |`,
    ),
    '',
  ];
  const screens = Object.entries(screenTitles) as [Screen, string][];
  return [
    ...['# Keys', '', note, '', ...section('Everywhere', everywhere)],
    ...screens.flatMap(([screen, title]) => section(title, bindingsOnly(screen))),
  ].join('\n');
}
