import {tabs, type Screen} from '../state/interface-state.js';
import {keyLabel} from './key-names.js';
import type {Binding} from './binding.js';
import {keyTable} from './key-table.js';

const titles: Readonly<Record<Screen, string>> = {
  experiments: 'Experiments',
  live: 'Live',
  runs: 'Runs',
  run: 'One run',
  compare: 'Compare',
  predictions: 'Predictions',
  data: 'Data',
};

export function screenTitle(screen: Screen): string {
  return titles[screen];
}

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
  const screenLines = ([...tabs.slice(0, 3), 'run', ...tabs.slice(3)] as const).flatMap(screen => {
    const bindings = keyTable.filter(({screens}) => screens?.includes(screen) === true);
    return bindings.length === 0 ? [] : section(titles[screen], bindings);
  });
  const everywhere = section(
    'Everywhere',
    keyTable.filter(({screens}) => screens === undefined),
  );
  return ['# Keys', '', note, '', ...everywhere, ...screenLines].join('\n');
}
