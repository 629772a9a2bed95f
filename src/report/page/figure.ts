import type {TopLevelSpec} from 'vega-lite';
import type {Table} from '../../util/table.js';
import {chartConfig, seriesOf, type Series} from './charts/style.js';
import {details, escaped, markup, tableHtml, trusted, type Html} from './html.js';
import type {ReportRow} from './report.js';

/** A chart with its numbers as text. */
export type Figure = {
  readonly title: string;
  /** The chart in a sentence, with its most important numbers. */
  readonly description: string;
  /** The chart as vega-lite describes it. Texts and numbers of runs are in `data` only. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Says below the chart what it does not show. */
  readonly note?: string;
  /** Every number of the chart; undefined where the description has them all. */
  readonly table?: Table;
};

/** Draws figures side by side where there is room. */
export async function figuresHtml(figures: readonly Figure[], kind = 'figures'): Promise<Html> {
  const parts: Html[] = [];
  for (const figure of figures) parts.push(await figureHtml(figure));
  return markup`<div class="${kind}">${parts}</div> `;
}

async function figureHtml({title, description, spec, note, table}: Figure): Promise<Html> {
  const chart = trusted(await renderChart(spec, escaped(`${title}. ${description}`)));
  const numbers = table === undefined ? undefined : details('Numbers', tableHtml(table, title));
  return markup`<figure>
    <figcaption>${title}</figcaption>
    ${chart}${note === undefined ? undefined : markup`<p class="note">${note}</p>`}${numbers}
  </figure> `;
}

/**
 * Draws a chart as an SVG element. Vega takes half a second to load, so only the first chart of a
 * report loads it.
 */
async function renderChart(spec: Figure['spec'], escapedDescription: string): Promise<string> {
  const [{compile}, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  // Vega's types lack this documented hook.
  const hooks: object = vega;
  (hooks as {textMetrics: {width: typeof textWidth}}).textMetrics.width = textWidth;
  const configured: object = {...spec, config: chartConfig};
  const compiled = compile(configured as TopLevelSpec);
  const view = new vega.View(vega.parse(compiled.spec), {renderer: 'none'});
  try {
    return withDescription(await view.toSVG(), escapedDescription);
  } finally {
    view.finalize();
  }
}

/** Average ratio of a letter's width to its height in system fonts. */
const LETTER = 0.58;

type TextItem = {readonly fontSize?: number; readonly text?: string};

/** Estimates a text's width; Vega's own estimate without a browser is twice too large. */
function textWidth(item: TextItem, text = item.text): number {
  return LETTER * (item.fontSize ?? 11) * (text ?? '').length;
}

/** Gives the element its text alternative, so that screen readers skip the parts of the image. */
function withDescription(svg: string, escapedDescription: string): string {
  const [, width = '', height = ''] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  return svg.replace(
    /^<svg[^>]*>/,
    `<svg role="img" aria-label="${escapedDescription}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
  );
}

const outlines: Readonly<Record<Series['shape'], string>> = {
  circle: '<circle cx="14" cy="7" r="4.5"/>',
  square: '<rect x="10" y="3" width="8" height="8"/>',
  'triangle-up': '<path d="M14 2L19 11H9Z"/>',
  diamond: '<path d="M14 1L19 7L14 13L9 7Z"/>',
  cross: '<path d="M12 2h4v3h3v4h-3v3h-4v-3h-3v-4h3Z"/>',
  'triangle-down': '<path d="M14 12L19 3H9Z"/>',
};

/** The colour and shape of each row; nothing for a single row. */
export function rowsLegend(rows: readonly ReportRow[]): Html | undefined {
  if (rows.length < 2) return undefined;
  return legend(
    rows.map(({label}, row) => {
      const {color, shape} = seriesOf(row);
      const line = `<path d="M0 7H28" stroke="${color}" stroke-width="2"/>`;
      return [`${line}<g fill="${color}">${outlines[shape]}</g>`, label];
    }),
  );
}

/** The line styles of training and validation. */
export function splitsLegend(): Html {
  const line = (dash: string, width: number): string =>
    `<path d="M0 7H28" stroke="var(--muted)" stroke-width="${width}" stroke-dasharray="${dash}"/>`;
  return legend([
    [line('none', 2.5), 'validation'],
    [line('4 3', 1.5), 'training'],
  ]);
}

function legend(entries: readonly (readonly [drawing: string, label: string])[]): Html {
  const items = entries.map(([drawing, label]) => {
    const svg = `<svg aria-hidden="true" width="28" height="14" viewBox="0 0 28 14">${drawing}</svg>`;
    return markup`<li>${trusted(svg)}${label}</li>`;
  });
  return markup`<ul class="legend">
    ${items}
  </ul> `;
}
