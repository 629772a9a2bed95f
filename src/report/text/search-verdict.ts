import type {ComparedSearch} from '../../compare/compared-search.js';
import type {Comparison} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import type {PairTest} from '../../compare/test-results.js';
import {MEAN_OF_HEADS} from '../../experiment/expectations.js';
import {isHeadMetric, metricFacts, type HeadMetric} from '../../experiment/metrics.js';
import {measureOf} from '../../experiment/search.js';
import {shellWord} from '../../util/shell-word.js';
import {enumeratedFew, metricText} from './numbers.js';
import {metricTitle, NAMED_HEADS} from './pair-sentence.js';

const NAMES_IN_WORDS = 6;

/** The value that a search chooses by: `0.912`. */
export function searchValueText({metric}: Pick<ComparedSearch, 'metric'>, value: number): string {
  return measureOf({metric}).metric === 'loss' ? value.toPrecision(4) : metricText(value);
}

/** What a search chooses by, for people: `Smiling F1`, `mean loss`. */
export function searchMetricTitle({metric: text}: Pick<ComparedSearch, 'metric'>): string {
  const {head, metric} = measureOf({metric: text});
  return `${head} ${metric === 'loss' ? metric : metricFacts(metric as HeadMetric).title}`;
}

/** What a search chose, how it does on the test part, and what is not worse there. */
export function searchSentences(comparison: Comparison, search: ComparedSearch): string[] {
  const {chosen, trials, trainings} = search;
  const group = comparison.groups.find(({name}) => name === chosen);
  const value = trials.find(({design}) => design === chosen)?.value ?? Number.NaN;
  const failed = trials.filter(trial => Number.isNaN(trial.value)).length;
  return [
    `Chosen by ${searchMetricTitle(search)} on the validation images (${searchValueText(search, value)}, the best of ${trials.length} trials): ${chosen}. ${resultOn(group, comparison, search)}`,
    ...rivalSentence(comparison, search),
    `It took ${trainings} trainings to choose${failed === 0 ? '' : `, of which ${failed === 1 ? 'one trial has' : `${failed} trials have`} no result`}. The best of many looks better than it is on the images that chose it; the ${group?.part ?? 'test'} images chose nothing.`,
  ];
}

/** The command that trains the chosen trial alone. */
export function bestCommand({file, values}: ComparedSearch): string {
  const sets = Object.entries(values).map(
    ([key, value]) => `--set ${shellWord(key)}=${shellWord(yamlText(value))}`,
  );
  return `celeba-tui run ${shellWord(file)} ${sets.join(' ')}`;
}

/** JSON is YAML; plain words need no quotes. */
function yamlText(value: string | number | boolean): string {
  const isPlain =
    /^[A-Za-z][\w./-]*$/.test(String(value)) && !/^(true|false|null)$/.test(String(value));
  return isPlain || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** `On the test images, F1: Smiling 0.897 (95 % interval 0.850 to 0.930).` */
function resultOn(
  group: Group | undefined,
  comparison: Comparison,
  search: ComparedSearch,
): string {
  const {metric} = comparison;
  if (group === undefined || !isHeadMetric(metric)) return '';
  const results = Object.entries(group.heads)
    .filter(([head]) => isSearched(head, search))
    .slice(0, NAMED_HEADS)
    .map(([head, {metrics}]) => {
      const {mean, ciLow, ciHigh} = metrics[metric];
      return `${head} ${metricText(mean, metric)} (95 % interval ${metricText(ciLow, metric)} to ${metricText(ciHigh, metric)})`;
    });
  return `On the ${group.part} images, ${metricTitle(comparison)}: ${results.join(', ')}.`;
}

function isSearched(head: string, {metric}: ComparedSearch): boolean {
  const searched = measureOf({metric}).head;
  return searched === MEAN_OF_HEADS || searched === head;
}

function rivalSentence({pairs, metric}: Comparison, search: ComparedSearch): string[] {
  const compared = pairs.filter(({heads}) => heads.length > 0);
  if (compared.length === 0) return [];
  const has = (pair: PairTest, better: 'first' | 'second'): boolean =>
    pair.heads.some(
      test => test.better === better && (!isHeadMetric(metric) || isSearched(test.head, search)),
    );
  const better = compared.filter(pair => has(pair, 'second'));
  const worse = compared.filter(pair => has(pair, 'first') && !better.includes(pair));
  const equal = compared.filter(pair => !better.includes(pair) && !worse.includes(pair));
  const named = (list: readonly PairTest[]): string =>
    enumeratedFew(
      list.map(({second}) => second),
      NAMES_IN_WORDS,
    );
  const parts = [
    equal.length === 0
      ? 'no other is as good'
      : `not significantly different from it: ${named(equal)}`,
    ...(worse.length === 0 ? [] : [`significantly worse: ${named(worse)}`]),
    ...(better.length === 0 ? [] : [`significantly better: ${named(better)}`]),
  ];
  const part = compared[0]?.heads[0]?.part ?? 'test';
  return [`On the ${part} images, ${parts.join('; ')}.`];
}
