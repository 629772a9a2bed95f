import {imageCounts} from '../text/numbers.js';
import {counted, printable} from '../../util/format.js';
import {
  markup,
  sectionHtml,
  trusted,
  type Html,
  type Section,
  details,
  section,
  tableHtml,
} from './html.js';
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
import {pageStyle} from './style.js';
import {sliceTable, worstSliceTable} from '../tables/slice-tables.js';
import {sliceNotes} from '../text/slice-notes.js';
import {affinityNotes, affinityTable} from '../tables/affinity-table.js';
import {groupingTable} from '../tables/grouping-table.js';
import {affinityFigure} from './charts/affinity.js';
import {figuresHtml} from './figure.js';

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
  return [
    counted(runs.length, 'run'),
    ...(rows.length < runs.length ? [`in ${counted(rows.length, 'row')}`] : []),
    counted(heads.length, 'head'),
    ...(data === undefined ? [] : [`${imageCounts(data)} images`]),
  ].join(' · ');
}

/** The worst slice of each head with the gaps between its slices, and every slice. */
function slicesSection({comparison}: Report): Section | undefined {
  if (comparison.slices.length === 0) return undefined;
  return section(
    'slices',
    'Slices',
    markup`<p>
        A slice is the images with one combination of values: accuracy may be high on all images
        together and low on some of them.
      </p> `,
    tableHtml(worstSliceTable(comparison), 'Worst slices'),
    sliceNotes(comparison).map(note => markup`<p class="note">${note}</p> `),
    details('Every slice', tableHtml(sliceTable(comparison), 'Every slice')),
  );
}

/** The groups that are compared, with what they cost. */
function groupingsSection({comparison}: Report): Section | undefined {
  if (comparison.grouping === undefined) return undefined;
  return section(
    'groupings',
    'Groupings',
    markup`<p>
        Each group of heads is a network. Parameters and time to train are relative to one network with all
        heads. Random groupings have as many parameters as the proposed one.
      </p> `,
    tableHtml(groupingTable(comparison), 'Groupings'),
  );
}

/** How the heads of each design affect each other, and those of the run that proposed groups, where that was measured. */
async function affinitySection({comparison, rows, proposal}: Report): Promise<Section | undefined> {
  const figures = rows.flatMap(({label, group: {affinity}}) =>
    affinity === undefined ? [] : [affinityFigure(label, affinity)],
  );
  if (proposal !== undefined) figures.push(affinityFigure(proposal.run, proposal.affinity));
  if (figures.length === 0) return undefined;
  const table = affinityTable(comparison);
  return section(
    'affinity',
    'Affinity of heads',
    markup`<p>
        Rows are the heads that are affected, columns those that help or hinder them. Heads that help each
        other stand side by side. Measured during training, on the values that the heads share.
      </p> `,
    await figuresHtml(figures),
    table.rows.length === 0 ? undefined : tableHtml(table, 'Highest and lowest affinity'),
    affinityNotes(comparison).map(note => markup`<p class="note">${note}</p> `),
  );
}
