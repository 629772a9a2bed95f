import type {TableData} from '../tables/table-data.js';
import {renderChart, type ChartSpec} from './charts/render.js';
import {details, escaped, markup, trusted, type Html} from './escape.js';
import {tableHtml} from './table-html.js';

/** A chart with what says the same to those who do not see it. */
export type Figure = {
  readonly title: string;
  /** The chart in a sentence, with its most important numbers. */
  readonly description: string;
  readonly spec: ChartSpec;
  /** Below the chart, for what is not drawn. */
  readonly note?: string;
  /** Every number that is drawn; undefined where the description has them all. */
  readonly table?: TableData;
};

async function figureHtml({title, description, spec, note, table}: Figure): Promise<Html> {
  const chart = trusted(await renderChart(spec, escaped(`${title}. ${description}`)));
  const numbers = table === undefined ? undefined : details('Numbers', tableHtml(table, title));
  return markup`<figure>
    <figcaption>${title}</figcaption>
    ${chart}${note === undefined ? undefined : markup`<p class="note">${note}</p>`}${numbers}
  </figure> `;
}

/** Figures side by side where there is room. */
export async function figuresHtml(figures: readonly Figure[], kind = 'figures'): Promise<Html> {
  const drawn: Html[] = [];
  for (const figure of figures) drawn.push(await figureHtml(figure));
  return markup`<div class="${kind}">${drawn}</div> `;
}
