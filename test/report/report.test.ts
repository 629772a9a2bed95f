import {describe, expect, it} from 'vitest';
import {reportMarkdown} from '../../src/report/page/markdown.js';
import {reportHtml} from '../../src/report/page/page.js';
import {writtenReport} from '../helpers/reports.js';
import {right, type WrittenRun} from '../helpers/written-runs.js';

const separate: WrittenRun = {
  id: '20260101-000000-separate-aaaa',
  experiment: 'separate',
  heads: {Male: right(80, 100), Smiling: right(70, 100)},
  inference: {imageMs: 1.2, batchMs: 8, batchImages: 32},
  definition: {model: {kind: 'separate'}},
};
const multiOutput: WrittenRun = {
  ...separate,
  id: '20260101-000001-multi-output-bbbb',
  experiment: 'multi-output',
  heads: {Male: right(81, 100), Smiling: right(95, 100)},
  parameters: 617,
  seconds: 1,
  definition: {model: {kind: 'multi-output'}},
};

/** The same experiment with other seeds. */
function seeds(run: WrittenRun, count: number): WrittenRun[] {
  return Array.from({length: count}, (_, index) => ({
    ...run,
    id: `${run.id.slice(0, -4)}${String(index).padStart(4, '0')}`,
    seed: index + 1,
    heads: {Male: right(80 + index, 100), Smiling: right(70 - index, 100)},
  }));
}

const scale = (value: number): WrittenRun => ({
  ...separate,
  id: `2026010${value}-000000-scale-aaaa`,
  experiment: `scale.scale-${value}`,
  file: 'scale',
  seconds: 10 - value,
  variant: {'data.image.scale': value},
  definition: {data: {image: {scale: value}}},
});

const hostile = `<img src=x onerror=alert(1)>"'&<script>alert(2)</script>\u0000\u202e`;

/** Every place where text from a file gets into a page. */
const hostileRun: WrittenRun = {
  ...separate,
  experiment: hostile,
  file: hostile,
  heads: {[hostile]: right(80, 100), constructor: right(60, 100)},
  files: Array.from({length: 100}, (_, image) => `${hostile}${image}`),
  variant: {[`data.${hostile}`]: hostile},
  definition: {[hostile]: hostile, model: {kind: hostile}},
};
const failed: WrittenRun = {
  ...multiOutput,
  id: '20260101-000002-failed-cccc',
  experiment: 'broken',
  last: {type: 'run.failed', message: `no data ${hostile}`, hint: hostile, exitCode: 3},
};

/** Start tags with their attributes; the style sheet has none. */
function tags(html: string): string[] {
  return html.replace(/<style>.*?<\/style>/s, '').match(/<[a-zA-Z][^>]*>/g) ?? [];
}

describe('a report', () => {
  it('begins with the verdict, and has every part that there is something for', async () => {
    const html = await reportHtml(await writtenReport([separate, multiOutput]));
    expect(html).toContain(
      'multi-output is significantly better than separate on Smiling by 25.0 points',
    );
    expect(html.indexOf('class="verdict"')).toBeLessThan(html.indexOf('<svg'));
    expect([...html.matchAll(/<h2 id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
      'accuracy',
      'differences',
      'learning',
      'confusion',
      'calibration',
      'cost',
      'runs',
      'definition',
      'environment',
    ]);
    expect(html).not.toContain('<img');
  });

  it('of a matrix has the trade-off, with the front', async () => {
    const html = await reportHtml(await writtenReport([scale(1), scale(2), scale(3)]));
    expect(html).toContain('id="trade-off"');
    expect(html).toMatch(/scale 3 0\.750 in 7\.0s, on the Pareto front/);
    expect(html).toMatch(/scale 1 0\.750 in 9\.0s;/);
    expect(html).toContain('Smiling over data.image.scale');
  });

  it('cuts no name and no title of an axis in its charts, however long the names are', async () => {
    const name = (at: number): string =>
      `design-${at}-with-a-long-name-and-learningRate-0.0003.scale-1.5`;
    const runs = [1, 2, 3].map(at => ({
      ...separate,
      id: `20260101-00000${at}-long-aaa${at}`,
      experiment: name(at),
      seconds: at,
      heads: {Male: right(60 + 10 * at, 100)},
    }));
    const html = await reportHtml(await writtenReport(runs));
    const charts = (html.match(/<svg role.*?<\/svg>/gs) ?? []).filter(
      chart => !chart.includes('epoch'),
    );
    const texts = charts.map(chart =>
      [...chart.matchAll(/<(?:text|tspan)[^>]*>([^<]+)/g)].map(([, text]) => text).join(''),
    );
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) expect(text).not.toContain('…');
    expect(
      texts.filter(text => text.includes('learningRate-0.0003.scale-1.5')).length,
    ).toBeGreaterThan(5);
    expect(texts.some(text => text.includes('points, first − second'))).toBe(true);
  });

  it('of seeds draws a band from the least to the most', async () => {
    const runs = [...seeds(separate, 3), ...seeds(multiOutput, 3)];
    const report = await writtenReport(runs);
    const html = await reportHtml(report);
    expect(html).toContain('bands show the range of the seeds');
    expect(html).toContain('0.810 (0.800-0.820)');
    expect(report.rows.map(({records}) => records.length)).toEqual([3, 3]);
  });

  it('of one run says what it reached, and what is no better than the majority', async () => {
    const html = await reportHtml(
      await writtenReport([{...separate, heads: {Male: right(80, 100), Smiling: right(52, 100)}}]),
    );
    expect(html).toContain('separate: Male 0.800 (95 % interval 0.711 to 0.867)');
    expect(html).toContain(
      'Not significantly better than always predicting the majority class: Smiling.',
    );
    expect(html).not.toContain('id="differences"');
  });

  it('of runs without a result says so, with the reasons, and keeps what they learned', async () => {
    const running: WrittenRun = {
      ...separate,
      id: '20260101-000003-running-dddd',
      last: {type: 'run.resumed'},
      isTrained: true,
    };
    const html = await reportHtml(await writtenReport([failed, running]));
    expect(html).toContain('There is no result yet.');
    expect(html).toContain('20260101-000002-failed-cccc: no data');
    expect(html).toContain('20260101-000003-running-dddd: still running');
    expect(html).toContain('id="learning"');
    expect(html).not.toContain('id="confusion"');
  });

  it('is the same bytes when it is made again', async () => {
    const report = await writtenReport([separate, multiOutput]);
    expect(await reportHtml(report)).toBe(await reportHtml(report));
  });
});

describe('a page', () => {
  it('takes no text for markup, wherever it comes from', async () => {
    const report = await writtenReport([hostileRun, failed, separate], () =>
      Promise.resolve('data:image/jpeg;base64,AA=='),
    );
    const html = await reportHtml(report);
    expect(html).toContain('&lt;script&gt;alert(2)');
    expect(html).not.toContain('<script');
    expect(html).not.toContain('\u0000');
    expect(html).not.toContain('\u202e');
    for (const tag of tags(html)) {
      expect(tag).not.toMatch(/\son\w+\s*=/);
      if (tag.startsWith('<img')) expect(tag).toContain('src="data:image/jpeg;base64,AA=="');
    }
  });

  it('refers to nothing outside of itself, and forbids it', async () => {
    const html = await reportHtml(await writtenReport([separate, multiOutput]));
    for (const [, target] of html.matchAll(/(?:href|src)="([^"]*)"/g))
      expect(target).toMatch(/^(?:#|data:)/);
    expect(html).not.toMatch(/https?:|@import|url\((?!#)|<(?:script|link|iframe|object|embed)\b/);
    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`,
    );
  });

  it('has a text alternative for every chart, with its numbers', async () => {
    const html = await reportHtml(await writtenReport([scale(1), scale(2), ...seeds(separate, 2)]));
    const figures = html.match(/<figure>.*?<\/figure>/gs) ?? [];
    expect(figures.length).toBeGreaterThan(10);
    for (const figure of figures) {
      expect(figure).toMatch(/<figcaption>[^<]+<\/figcaption>/);
      expect(figure).toMatch(/<svg role="img" aria-label="[^"]*\d[^"]*" viewBox/);
      expect(figure.match(/<svg/g)).toHaveLength(1);
    }
  });

  it('shows images of mistakes only where asked, the surest first, with the licence', async () => {
    const asked: string[] = [];
    const report = await writtenReport([separate], (_, file) => {
      asked.push(file);
      return Promise.resolve(file === '99.jpg' ? undefined : 'data:image/jpeg;base64,AA==');
    });
    const html = await reportHtml(report);
    expect(asked).toHaveLength(2 * 16);
    expect(html).toContain('non-commercial research only');
    expect(html).toContain('20 of 100 images are wrong');
    expect(html.match(/<img/g)?.length).toBe(asked.filter(file => file !== '99.jpg').length);
  });
});

describe('a report in Markdown', () => {
  it('has verdict, tables, definition and environment', async () => {
    const text = reportMarkdown(await writtenReport([separate, multiOutput]));
    expect(text).toMatch(/^## separate and multi&#45;output|^## separate and multi-output/);
    expect(text).toContain(
      '**multi-output is significantly better than separate on Smiling by 25.0 points',
    );
    expect(text).toContain('| run | model.kind |');
    expect(text).toContain('<summary>Definition of separate</summary>\n\n```yaml\nname: separate');
    expect(text).toContain('<summary>Environment</summary>');
  });

  it('takes no text for markup', async () => {
    const text = reportMarkdown(
      await writtenReport([{...hostileRun, definition: {x: '````\n</details><b>'}}, failed]),
    );
    const outside = text.replaceAll(/^(`{3,})\w*\n.*?^\1$/gms, '');
    expect(outside).not.toMatch(/<(?!\/?(?:details|summary)>)/);
    expect(outside).not.toContain('````');
  });
});
