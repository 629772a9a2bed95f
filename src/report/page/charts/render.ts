import type {TopLevelSpec} from 'vega-lite';
import {chartConfig} from './style.js';

/** A chart as vega-lite describes it; texts and numbers of runs stand in `data` only. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/**
 * Draws a chart as the text of an SVG element. Vega takes half a second to load: it is loaded with
 * the first chart, so that nothing but writing a report waits for it.
 *
 * @param description What is read out in place of the image.
 */
export async function renderChart(spec: ChartSpec, escapedDescription: string): Promise<string> {
  const [{compile}, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  // Vega's own place for this; its types do not know it.
  (vega as unknown as {textMetrics: {width: typeof textWidth}}).textMetrics.width = textWidth;
  const compiled = compile({...spec, config: chartConfig} as unknown as TopLevelSpec);
  const view = new vega.View(vega.parse(compiled.spec), {renderer: 'none'});
  try {
    return named(await view.toSVG(), escapedDescription);
  } finally {
    view.finalize();
  }
}

/** Average ratio of a letter's width to its height in system fonts. */
const LETTER = 0.58;

/** Without a browser nothing can measure text; Vega's own guess leaves half of a margin empty. */
function textWidth(item: TextItem, text = item.text): number {
  return LETTER * (item.fontSize ?? 11) * (text ?? '').length;
}

type TextItem = {readonly fontSize?: number; readonly text?: string};

/** The element with its text alternative; the parts of the image are then not read out. */
function named(svg: string, escapedDescription: string): string {
  const [, width = '', height = ''] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  return svg.replace(
    /^<svg[^>]*>/,
    `<svg role="img" aria-label="${escapedDescription}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
  );
}
