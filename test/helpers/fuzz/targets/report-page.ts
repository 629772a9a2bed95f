import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {parse, type DefaultTreeAdapterTypes as Tree} from 'parse5';
import {expect} from 'vitest';
import {compareRuns} from '../../../../src/compare/comparison.js';
import {reportHtml} from '../../../../src/compare/report/page.js';
import {makeReport} from '../../../../src/compare/report/report.js';
import {readRun} from '../../../../src/runs/run-record.js';
import {right, writeRun} from '../../written-runs.js';
import {expectPrintable} from '../handled.js';
import {fuzzTarget, type FuzzTarget} from '../target.js';

/** In every piece of markup that is tried; nothing that the program writes itself has it. */
const MARK = 'zzevil';

const pieces = [
  `<${MARK}>`,
  `</td><${MARK} ${MARK}=1>`,
  `"><${MARK}>`,
  `'><${MARK}>`,
  `" ${MARK}="1`,
  `' ${MARK}='1`,
  ` ${MARK}=1 `,
  `" onload="${MARK}`,
  `<img src=x onerror=${MARK}()>`,
  `<script>${MARK}()</script>`,
  `</script><${MARK}>`,
  `</style><${MARK}>`,
  `</title><${MARK}>`,
  `</svg><${MARK}>`,
  `<svg><${MARK}/></svg>`,
  `--><${MARK}>`,
  `]]><${MARK}>`,
  `&lt;${MARK}&gt;`,
  `&#60;${MARK}&#62;`,
  `&#x3c;${MARK}>`,
  `javascript:${MARK}()`,
  `data:text/html,<${MARK}>`,
  `<a href="javascript:${MARK}()">x</a>`,
  `<iframe srcdoc="<${MARK}>">`,
  `\u0000<${MARK}\u0000>`,
  `<\u202e${MARK}>`,
  `{{${MARK}}}\${${MARK}}`,
];
const hostile = fc
  .array(fc.constantFrom(...pieces), {minLength: 1, maxLength: 2})
  .map(parts => parts.join(''));

const runs = mkdtempSync(path.join(os.tmpdir(), 'celeba-tui-fuzz-report-'));
process.on('exit', () => rmSync(runs, {recursive: true, force: true}));

/** One string for each place in the folder of a run that a person or a file may fill. */
const TEXTS = 14;

async function pageOf(texts: readonly string[]): Promise<string> {
  rmSync(runs, {recursive: true, force: true});
  const text = (place: number): string => texts[place] as string;
  const heads = {[text(0)]: right(6, 8), [text(1)]: right(3, 8)};
  const folders = ['0001', '0002'].map((suffix, index) =>
    writeRun(runs, {
      id: `2026010${index + 1}-000000-x-${suffix}`,
      experiment: text(2 + index),
      file: text(4),
      heads,
      seed: index,
      batch: text(5),
      variant: {[text(6)]: text(7)},
      definition: {description: text(8), model: {kind: text(9)}, [text(10)]: text(11)},
      files: Array.from({length: 8}, (_, image) => `${image}${text(12)}.jpg`),
    }),
  );
  writeFileSync(folders[0]!.trainerLog, text(13));
  const records = await Promise.all(folders.map(readRun));
  const report = await makeReport(await compareRuns(records), records, {
    now: () => 0,
    version: text(13),
  });
  return reportHtml(report);
}

function elementsOf(node: Tree.Node): Tree.Element[] {
  const below = 'childNodes' in node ? node.childNodes.flatMap(elementsOf) : [];
  return 'tagName' in node ? [node, ...below] : below;
}

/** Attributes from which a browser takes more than words. */
const ACTIVE = /^(on.*|href|xlink:href|src|srcset|srcdoc|action|formaction|style|id|class)$/i;

async function examine(texts: readonly string[]): Promise<void> {
  const page = await pageOf(texts);
  expectPrintable(page);
  for (const {tagName, attrs} of elementsOf(parse(page))) {
    expect(tagName).not.toContain(MARK);
    expect(['script', 'iframe', 'object', 'embed', 'base', 'form']).not.toContain(tagName);
    for (const {name, value} of attrs) {
      expect(name).not.toContain(MARK);
      expect(name).not.toMatch(/^on/i);
      if (ACTIVE.test(name)) expect(`${name}=${value}`).not.toContain(MARK);
    }
  }
}

export const reportPage: FuzzTarget = fuzzTarget({
  name: 'report-page',
  promise:
    'no element and no attribute of a report comes from a name, a text or a picture of a run',
  quick: 10,
  inputs: fc.array(hostile, {minLength: TEXTS, maxLength: TEXTS}),
  examine,
});
