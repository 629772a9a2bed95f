import {imageCounts} from '../text/numbers.js';
import {printable} from '../../util/format.js';
import {markup, sectionHtml, trusted, type Html, type Section} from './html.js';
import type {Report} from './report.js';
import {
  definitionSection,
  environmentSection,
  mistakesSection,
  modelSection,
  runsSection,
} from './sections/background.js';
import {
  accuracySection,
  calibrationSection,
  confusionSection,
  costSection,
  differenceSection,
  learningSection,
  tradeOffSection,
  verdictHtml,
} from './sections/results.js';
import {affinitySection, groupingsSection} from './sections/affinity.js';
import {slicesSection} from './sections/slices.js';
import {pageStyle} from './style.js';

/** The page loads and runs nothing, so text that slipped through as markup could do nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Writes the report as one page that needs no network, no script and no other file. */
export async function reportHtml(report: Report): Promise<string> {
  const sections = await sectionsOf(report);
  // The chart library does not clean names, so the whole page is made printable.
  return printable(
    markup`${trusted('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}" />
        <title>${report.title} - celeba-tui</title>
        <style>
          ${trusted(pageStyle)}
        </style>
      </head>
      <body>
        <header>
          <h1>${report.title}</h1>
          <p class="note">${factsLine(report)}</p>
        </header>
        <main>${verdictHtml(report)}${contents(sections)}${sections.map(sectionHtml)}</main>
        <footer class="note">Written ${report.written} by celeba-tui ${report.version}.</footer>
      </body>
    </html> `.text,
  );
}

async function sectionsOf(report: Report): Promise<Section[]> {
  const isAboutGroups = report.comparison.grouping !== undefined;
  const affinities = await affinitySection(report);
  const sections = [
    groupingsSection(report),
    ...(isAboutGroups ? [affinities] : []),
    await accuracySection(report),
    await differenceSection(report),
    slicesSection(report),
    ...(isAboutGroups ? [] : [affinities]),
    await tradeOffSection(report),
    await learningSection(report),
    confusionSection(report),
    await calibrationSection(report),
    await costSection(report),
    mistakesSection(report),
    runsSection(report),
    modelSection(report),
    definitionSection(report),
    environmentSection(report),
  ];
  return sections.filter(section => section !== undefined);
}

function contents(sections: readonly Section[]): Html {
  const links = sections.map(({id, title}) => markup`<li><a href="#${id}">${title}</a></li>`);
  return markup`<nav aria-label="Contents">
    <ul>
      ${links}
    </ul>
  </nav> `;
}

function factsLine({rows, heads}: Report): string {
  const runs = rows.flatMap(({records}) => records);
  const data = runs.find(({state}) => state.data !== undefined)?.state.data;
  const plural = (count: number, word: string): string =>
    `${count} ${word}${count === 1 ? '' : 's'}`;
  return [
    plural(runs.length, 'run'),
    ...(rows.length < runs.length ? [`in ${plural(rows.length, 'row')}`] : []),
    plural(heads.length, 'head'),
    ...(data === undefined ? [] : [`${imageCounts(data)} images`]),
  ].join(' · ');
}
