import {bestOnHead, isOnFront} from '../../compare/best.js';
import type {Comparison} from '../../compare/comparison.js';
import type {Group} from '../../compare/groups.js';
import {ALL_HEADS, overallMetricKeys} from '../../experiment/metrics.js';
import {bytes, duration, milliseconds, thousands} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import {searchMetricTitle, searchValueText} from '../text/search-verdict.js';
import {headColumns, number, overallColumns, type Column, type Display} from './metric-columns.js';

/** What the mark of the best value means, in every table. Costs have none: no test compares them. */
export const BEST_MEANING = 'significantly better than every other design.';

/** With more heads than this, a table shows their mean only. */
const HEADS_IN_COLUMNS = 4;

/**
 * Every fact of a comparison, in the order of the CSV.
 *
 * @param heads    Heads that have columns.
 * @param maxHeads With more heads, people see their mean only.
 */
export function columnsOf(
  comparison: Comparison,
  heads: readonly string[] = comparison.heads,
  maxHeads = HEADS_IN_COLUMNS,
): Column[] {
  return [
    ...identityColumns,
    ...searchColumns(comparison),
    ...definitionColumns(comparison),
    ...costColumns,
    ...inferenceColumns(comparison),
    frontColumn(comparison),
    ...overallMetricKeys.flatMap(key => overallColumns(key, comparison, heads.length, maxHeads)),
    ...heads.flatMap(head => headColumns(head, comparison, heads.length <= maxHeads)),
  ];
}

/** The group that the verdict finds best in a column; undefined where it finds none, or tests none. */
export function bestGroup({testedHead}: Column, comparison: Comparison): string | undefined {
  return testedHead === undefined ? undefined : bestOnHead(testedHead, comparison);
}

/** Sorts columns for readers: the name, the compared metric, other columns by how they are shown. */
export function byImportance(columns: readonly Column[]): Column[] {
  const rank = ({key, display, testedHead}: Column): number => {
    if (key === 'run') return 0;
    if (testedHead === ALL_HEADS) return 0.5;
    if (key === 'meanAccuracy' || testedHead !== undefined) return 1;
    return 2 + ['always', 'differ', 'detail'].indexOf(display?.shown ?? 'detail');
  };
  return [...columns].sort((a, b) => rank(a) - rank(b));
}

const words = (
  title: string,
  text: (group: Group) => string,
  shown: Display['shown'] = 'differ',
): Display => ({title, text, align: 'left', shown});

const statusText = ({runs}: Group): string =>
  [...new Set(runs.map(({status}) => status))].join(' ');

/** The folds that a row tests on; '' without folds. */
const foldText = ({runs}: Group): string =>
  [...new Set(runs.flatMap(({fold}) => fold ?? []))].join(' ');

const identityColumns: readonly Column[] = [
  {key: 'run', value: ({name}) => name, display: words('run', ({name}) => name, 'always')},
  {
    key: 'ids',
    value: ({runs}) => runs.map(({id}) => id).join(' '),
    display: words('id', ({runs}) => runs[0]?.id ?? '', 'detail'),
  },
  {key: 'status', value: statusText, display: words('status', statusText)},
  {
    key: 'seeds',
    value: ({seeds}) => seeds.length,
    display: {...words('seeds', ({seeds}) => String(seeds.length)), align: 'right'},
  },
  {key: 'seed', value: ({seeds}) => seeds.join(' ')},
  {key: 'fold', value: foldText, display: words('fold', foldText)},
  {key: 'split', value: ({part}) => part, display: words('measured on', ({part}) => part ?? '')},
];

const numberOr = (text: (value: number) => string, value: number): string =>
  Number.isFinite(value) ? text(value) : '-';

const costColumns: readonly Column[] = [
  {
    key: 'parameters',
    value: group => group.parameters,
    display: number('parameters', ({parameters}) => numberOr(thousands, parameters)),
  },
  {
    key: 'seconds',
    value: group => group.seconds,
    display: number('time', ({seconds}) => duration(seconds)),
  },
  {
    // Networks of one run train one after another, so their rate is no cost of the design.
    key: 'imagesPerSecond',
    value: group => group.imagesPerSecond,
    display: number('images/s', ({imagesPerSecond}) => numberOr(thousands, imagesPerSecond)),
  },
  {
    key: 'bytes',
    value: group => group.bytes,
    display: number('on disk', group => numberOr(bytes, group.bytes)),
  },
];

/** How long a prediction takes; shown where it was measured for any group. */
function inferenceColumns({groups}: Comparison): Column[] {
  const measured = groups.filter(({imageMs}) => Number.isFinite(imageMs));
  const sizes = [...new Set(measured.map(({batchImages}) => batchImages))];
  const column = (key: 'imageMs' | 'batchMs', title: string): Column => ({
    key,
    value: group => group[key],
    ...(measured.length === 0 ? {} : {display: number(title, group => milliseconds(group[key]))}),
  });
  return [
    column('imageMs', '1 image'),
    column('batchMs', sizes.length === 1 ? `${sizes[0] ?? ''} images` : 'a batch'),
    {key: 'batchImages', value: group => group.batchImages},
  ];
}

/** What a search chooses by, on the validation images. */
function searchColumns({search}: Comparison): Column[] {
  if (search === undefined) return [];
  const values = new Map(search.trials.map(({design, value}) => [design, value]));
  const value = ({name}: Group): number => values.get(name) ?? Number.NaN;
  const text = (group: Group): string =>
    Number.isNaN(value(group)) ? '-' : searchValueText(search, value(group));
  const title = `${searchMetricTitle(search)}, validation`;
  return [{key: 'searchValue', value, display: number(title, text)}];
}

/** Layers fill lines, so people see their number, and only where nothing shorter differs. */
const LAYERS = 'model.layers';

/** The groups of proposed groupings have a table of their own. */
const GROUPS = 'model.groups';

function definitionColumns({groups, grouping}: Comparison): Column[] {
  const keys = [...new Set(groups.flatMap(({definition}) => Object.keys(definition)))];
  const valueOf = (key: string, {definition}: Group): string => ownValue(definition, key) ?? '';
  const differs = (key: string): boolean =>
    new Set(groups.map(group => valueOf(key, group))).size > 1;
  const isLayersShown = keys.every(key => key === LAYERS || !differs(key));
  // A key of a single layer, which the definition has among all layers.
  const axes = [...new Set(groups.flatMap(({variant}) => Object.keys(variant)))];
  const inside = axes.filter(key => !keys.includes(key));
  const ofVariants = inside.map((key): Column => {
    const value = ({variant}: Group): string => String(ownValue(variant, key) ?? '');
    return {key, value, display: words(key, value)};
  });
  const ofDefinitions = keys.map((key): Column => {
    const value = (group: Group): string => valueOf(key, group);
    if (key === GROUPS && grouping !== undefined) return {key, value};
    if (key !== LAYERS) return {key, value, display: words(key, value)};
    const text = (group: Group): string => `${value(group).split(', ').length} layers`;
    return {key, value, ...(isLayersShown ? {display: words('layers', text)} : {})};
  });
  return [...ofDefinitions, ...ofVariants];
}

/** The Pareto front; shown for three or more groups, because one of two is nearly always on it. */
function frontColumn({groups}: Comparison): Column {
  const value = (group: Group): number => (isOnFront(group, groups) ? 1 : 0);
  const display = words('front', group => (value(group) === 1 ? 'yes' : ''));
  return {key: 'front', value, ...(groups.length < 3 ? {} : {display})};
}
