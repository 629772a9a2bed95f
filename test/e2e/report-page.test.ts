import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import type {Browser, Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {reportHtml} from '../../src/report/page/page.js';
import {chromiumPath, startChromium, withoutChromium} from '../helpers/chromium.js';
import {writtenReport} from '../helpers/reports.js';
import {right, type WrittenRun} from '../helpers/written-runs.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const hostile = `<img src=http://127.0.0.1:9/x onerror=alert(1)><script>alert(2)</script>`;

const run = (scale: number, seed: number): WrittenRun => ({
  id: `2026010${scale}-00000${seed}-a-long-name-of-an-experiment.scale-${scale}-aaa${seed}`,
  experiment: `a-long-name-of-an-experiment.scale-${scale}`,
  file: hostile,
  seed,
  seconds: 10 / scale,
  heads: {Male: right(70 + 5 * scale + seed, 100), [hostile]: right(60 + seed, 100)},
  variant: {'data.image.scale': scale},
  definition: {
    description: `${hostile} ${'long '.repeat(80)}`,
    data: {image: {scale}},
    model: {layers: Array.from({length: 12}, () => ({dense: {units: 64}}))},
  },
  inference: {imageMs: 2 / scale, batchMs: 20 / scale, batchImages: 32},
});
const failed: WrittenRun = {
  ...run(5, 1),
  last: {type: 'run.failed', message: hostile, hint: hostile, exitCode: 3},
};
const runs = [...[1, 2, 3, 4].flatMap(scale => [run(scale, 1), run(scale, 2)]), failed];

describe.skipIf(chromiumPath === undefined)(`a report in Chromium${withoutChromium}`, () => {
  let browser: Browser;
  let page: Page;
  let file: string;
  const said: string[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    const report = await writtenReport(runs, () =>
      Promise.resolve(
        'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
      ),
    );
    file = path.join(temporaryFolder('page'), 'report.html');
    writeFileSync(file, await reportHtml(report));
    browser = await startChromium();
    page = await browser.newPage();
    page.on('console', message => said.push(message.text()));
    page.on('pageerror', error => said.push(error.message));
    page.on('dialog', dialog => said.push(dialog.message()));
    page.on('request', request => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(path.dirname(file), {recursive: true});
  });

  // Code for the page is text: the DOM is no part of this program's types.
  const inPage = <T>(code: string): Promise<T> => page.evaluate<T>(code);
  const colours = (): Promise<string[]> =>
    inPage(
      '(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.body))',
    );

  it('opens from disk, asks for no other file, and has nothing to complain of', () => {
    expect(asked.filter(url => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href]);
    expect(said).toEqual([]);
  });

  it('shows what files say as text', async () => {
    expect(await page.title()).toContain('<img src=http');
    expect(await page.locator('h1').textContent()).toContain('<script>alert(2)</script>');
    expect(await page.locator('script, [onerror]').count()).toBe(0);
    expect(await page.locator('img:not([src^="data:"])').count()).toBe(0);
  });

  it('has a name for every chart', async () => {
    const charts = page.locator('figure svg');
    expect(await charts.count()).toBeGreaterThan(12);
    expect(await page.locator('figure').getByRole('img').count()).toBe(await charts.count());
  });

  it.each([390, 1280])('needs no scrolling sideways at %i pixels', async width => {
    await page.setViewportSize({width, height: 900});
    await inPage("document.querySelectorAll('details').forEach(part => (part.open = true))");
    const wide = await inPage(`
      [...document.querySelectorAll('body *:not(.scroll *, pre *, svg *)')]
        .filter(part => part.getBoundingClientRect().right > ${width} + 1)
        .map(part => part.outerHTML.slice(0, 80))`);
    expect(wide).toEqual([]);
    expect(await inPage('document.documentElement.scrollWidth')).toBe(width);
  });

  it('cuts off no text of a chart', async () => {
    await page.setViewportSize({width: 1280, height: 900});
    const cut = await inPage(`
      [...document.querySelectorAll('figure svg')].flatMap(svg => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text:not([opacity="0"])')]
          .filter(text => {
            const {left, right, top, bottom} = text.getBoundingClientRect();
            return Math.max(frame.left - left, right - frame.right, frame.top - top, bottom - frame.bottom) > 1;
          })
          .map(text => text.textContent);
      })`);
    expect(cut).toEqual([]);
  });

  it('is light or dark as its reader wants, charts included', async () => {
    const looks: string[][] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme, media: 'screen'});
      const stroke = await inPage<string>(
        `getComputedStyle(document.querySelector('figure svg [stroke="var(--series-1)"]')).stroke`,
      );
      looks.push([...(await colours()), stroke]);
    }
    const [light = [], dark = []] = looks;
    expect(light[0]).toBe('rgb(250, 249, 247)');
    expect(dark[0]).toBe('rgb(20, 23, 26)');
    light.forEach((colour, index) => expect(colour).not.toBe(dark[index]));
    expect(light[2]).toBe('rgb(37, 102, 168)');
  });

  it('prints on white with all that is folded, whatever the theme', async () => {
    await page.emulateMedia({colorScheme: 'dark', media: 'print'});
    // The width of A4 within its margins.
    await page.setViewportSize({width: 720, height: 1000});
    await page.reload();
    expect(await inPage('document.documentElement.scrollWidth')).toBe(720);
    // A number or a short title that is broken has more lines than words.
    const broken = await inPage(`
      [...document.querySelectorAll('.scroll :is(th, td):not(.long)')].filter(cell => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        const lines = new Set([...range.getClientRects()].map(({top}) => Math.round(top))).size;
        return lines > cell.textContent.trim().split(/[\\s-]+/).length;
      }).map(cell => cell.textContent)`);
    expect(broken).toEqual([]);
    expect((await colours())[0]).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
    const shown = await inPage<number>(
      "document.querySelector('details:not([open]) pre').getBoundingClientRect().height",
    );
    expect(shown).toBeGreaterThan(20);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
  });
});
