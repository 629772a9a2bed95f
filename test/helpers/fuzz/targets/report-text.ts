import {rmSync} from 'node:fs';
import fc from 'fast-check';
import {expect} from 'vitest';
import {tradeOffTable} from '../../../../src/report/page/charts/costs.js';
import {testTable} from '../../../../src/report/page/charts/differences.js';
import {rowsLegend} from '../../../../src/report/page/figure.js';
import {
  details,
  markup,
  sectionHtml,
  tableHtml,
  type Content,
  type Section,
} from '../../../../src/report/page/html.js';
import {reportMarkdown} from '../../../../src/report/page/markdown.js';
import type {Report} from '../../../../src/report/page/report.js';
import {
  definitionSection,
  environmentSection,
  mistakesSection,
  modelSection,
  runsSection,
} from '../../../../src/report/page/sections/background.js';
import {confusionSection, verdictHtml} from '../../../../src/report/page/sections/results.js';
import type {Table} from '../../../../src/util/table.js';
import {headTable, pairTable, runTable} from '../../../../src/report/tables/tables.js';
import {expectPrintable} from '../handled.js';
import {hostileReport} from '../hostile-report.js';
import {hostileText} from '../hostile-text.js';
import {expectInert, markupText} from '../inert-markup.js';
import {fuzzTarget, type FuzzTarget} from '../target.js';
import {temporaryFolder} from '../../temporary-folder.js';

/** What is replaced by a text: all but a word, and found wherever it went. */
const placeOf = (place: number): string => `~${place}~`;
const PLACE = /~(\d+)~/g;

const runs = temporaryFolder('fuzz-texts');
const sample = await hostileReport(runs, placeOf);
rmSync(runs, {recursive: true});

const known = new WeakMap<object, boolean>();

/** Whether a part of the sample has a place in it; most have none, and need no copy. */
function hasPlace(item: unknown): boolean {
  if (typeof item === 'string') return item.includes('~');
  if (typeof item !== 'object' || item === null) return false;
  const found = known.get(item) ?? entriesOf(item).some(pair => pair.some(hasPlace));
  known.set(item, found);
  return found;
}

function entriesOf(item: object): (readonly [unknown, unknown])[] {
  if (item instanceof Map) return [...item];
  const isPlain = Array.isArray(item) || Object.getPrototypeOf(item) === Object.prototype;
  return isPlain ? Object.entries(item) : [];
}

/** The sample with texts in their places, in the names of keys as well. */
function filled(texts: readonly string[]): Report {
  const copy = (item: unknown): unknown => {
    if (!hasPlace(item)) return item;
    if (typeof item === 'string')
      return item.replaceAll(PLACE, (_, place: string) => texts[Number(place) % texts.length]!);
    if (Array.isArray(item)) return item.map(copy);
    const entries = entriesOf(item as object).map(([key, own]) => [copy(key), copy(own)] as const);
    return item instanceof Map
      ? new Map(entries)
      : Object.fromEntries(entries as (readonly [string, unknown])[]);
  };
  return copy(sample) as Report;
}

function inHtml(makeSection: (report: Report) => Section | undefined) {
  return (report: Report): Content => {
    const section = makeSection(report);
    return section && sectionHtml(section);
  };
}

/** All of the page that needs no chart, part by part. */
const parts: readonly ((report: Report) => Content)[] = [
  verdictHtml,
  ({rows}) => rowsLegend(rows),
  ...[confusionSection, mistakesSection, runsSection, modelSection, definitionSection].map(inHtml),
  inHtml(environmentSection),
  table(({comparison}) => runTable(comparison, {accuracyFirst: true})),
  table(({comparison}) => headTable(comparison)),
  table(({comparison}) => pairTable(comparison)),
  table(testTable),
  table(({comparison, rows}) => tradeOffTable(comparison.axis, rows)),
];

function table(dataOf: (report: Report) => Table): (report: Report) => Content {
  return report => details(report.title, tableHtml(dataOf(report), report.title));
}

/** Markdown without what stands in fences, where every character means itself. */
function outsideFences(markdown: string): string {
  let fence = '';
  return markdown
    .split('\n')
    .filter(line => {
      const [found = ''] = /^ {0,3}`{3,}/.exec(line) ?? [];
      if (fence === '') fence = found.trim();
      else if (new RegExp(`^ {0,3}${fence}\`*\\s*$`).test(line)) fence = '';
      else return false;
      return found === '';
    })
    .join('\n');
}

/** A part of a report at a time, with a few texts that its places share. */
export const reportText: FuzzTarget = fuzzTarget({
  name: 'report-text',
  promise: 'whatever a text of a run, it is words in every part of a report, and in its Markdown',
  quick: 200,
  inputs: fc.record({
    // The last is the Markdown.
    part: fc.nat(parts.length),
    texts: fc.array(fc.oneof({weight: 3, arbitrary: markupText}, hostileText), {
      minLength: 1,
      maxLength: 12,
    }),
  }),
  examine: ({part, texts}) => {
    const report = filled(texts);
    const words = parts[part];
    if (words === undefined) {
      const markdown = reportMarkdown(report);
      expectPrintable(markdown);
      const shown = outsideFences(markdown).replaceAll(/<\/?(details|summary)>/g, '');
      expect(shown).not.toMatch(/[<>]/);
    } else expectInert(markup`${words(report)}`.text);
    return 'taken';
  },
});
