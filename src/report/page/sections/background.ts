import {groupBy} from '../../../util/group-by.js';
import {imageCounts, metricText} from '../../text/numbers.js';
import {bytes, duration, probabilityText} from '../../../util/format.js';
import {ownValue} from '../../../util/own-value.js';
import type {Table} from '../../../util/table.js';
import {details, list, markup, section, tableHtml, type Html, type Section} from '../html.js';
import {MAX_EXAMPLES, type Mistake, type Mistakes, type Report, type ReportRow} from '../report.js';

const LICENCE =
  'This page holds photographs. CelebA and similar data sets are for non-commercial research only ' +
  'and may not be passed on. Keep the page to yourself unless their licence lets you share it.';

/** Images that were classified wrongly, where people asked for them. */
export function mistakesSection({mistakes}: Report): Section | undefined {
  if (mistakes === undefined || mistakes.length === 0) return undefined;
  const licence = markup`<p class="licence">${LICENCE}</p> `;
  return section('mistakes', 'Mistakes', licence, mistakes.map(mistakesHtml));
}

function mistakesHtml({row, head, run, wrong, images, examples}: Mistakes): Html {
  const missing = Math.min(wrong, MAX_EXAMPLES) - examples.length;
  const unreadable = missing > 0 ? ` ${missing} could not be read.` : '';
  return markup`<h3>${head}, ${row}</h3>
    <p class="note">
      ${wrong} of ${images} images are wrong in ${run}; the most confident mistakes come first. Probabilities are those of yes, or of the predicted class where there are more than two.${unreadable}
    </p>
    <ul class="faces">
      ${examples.map(mistakeHtml)}
    </ul> `;
}

function mistakeHtml({file, truth, probability, image}: Mistake): Html {
  return markup`<li>
    <img src="${image}" alt="${file}" width="89" height="109" /><span
      >${truth}</span
    ><small>probability ${probabilityText(probability)}</small>
  </li>`;
}

/** Every run with its status, its warnings and, where it failed, its log. */
export function runsSection(report: Report): Section {
  const states = report.rows.flatMap(({records}) => records.map(({state}) => state));
  const warnings = states.flatMap(({log}) => log.filter(({level}) => level !== 'info'));
  const hints = states.flatMap(({failure}) => failure?.hint ?? []);
  const messages = [...new Set([...warnings.map(({message}) => message), ...hints])];
  const logs = [...report.trainerLogs].map(([run, text]) =>
    details(`Last output of the trainer of ${run}`, markup`<pre>${text}</pre>`),
  );
  return section(
    'runs',
    'Runs',
    tableHtml(runsTable(report), 'Runs'),
    list('note', messages),
    logs,
  );
}

const HEADS_IN_COLUMNS = 4;

function runsTable({rows, heads}: Report): Table {
  const shownHeads = heads.length > HEADS_IN_COLUMNS ? [] : heads;
  const hasFolds = rows.some(({group}) => group.runs.some(({fold}) => fold !== undefined));
  const fold = hasFolds ? ['fold'] : [];
  const header = ['run', 'row', 'status', 'seed', ...fold, ...shownHeads, 'best epoch', 'time'];
  return {
    header,
    rows: rows.flatMap(({group, records, label}) =>
      group.runs.map(run => {
        const state = records.find(record => record.state.id === run.id)?.state;
        return [
          run.id,
          label,
          run.status,
          run.seed === undefined ? '-' : String(run.seed),
          ...(hasFolds ? [String(run.fold ?? '-')] : []),
          ...shownHeads.map(head => metricText(ownValue(run.heads, head)?.accuracy ?? Number.NaN)),
          state?.models.map(({bestEpoch}) => bestEpoch ?? '-').join(', ') ?? '-',
          run.seconds > 0 ? duration(run.seconds) : '-',
        ];
      }),
    ),
    right: header.flatMap((title, index) => (index >= 3 && title !== 'best epoch' ? [index] : [])),
  };
}

export function modelSection({rows}: Report): Section | undefined {
  return textSection('model', 'Model', rows, ({summary}) => summary);
}

export function definitionSection({rows}: Report): Section | undefined {
  return textSection('definition', 'Definition', rows, ({definition}) => definition);
}

/** Each text once, under the labels of its rows; a single text is open. */
function textSection(
  id: string,
  title: string,
  rows: readonly ReportRow[],
  textOf: (row: ReportRow) => string | undefined,
): Section | undefined {
  const byText = groupBy(rows, row => textOf(row)?.trimEnd() ?? '');
  byText.delete('');
  if (byText.size === 0) return undefined;
  const parts = [...byText].map(([text, members]) => {
    const labels = members.map(({label}) => label).join(', ');
    return details(labels, markup`<pre tabindex="0">${text}</pre>`, byText.size === 1);
  });
  return section(id, title, parts);
}

export function environmentSection(report: Report): Section {
  return section('environment', 'Environment', tableHtml(environmentTable(report), 'Environment'));
}

const MAX_VALUES = 6;

/** Machine, software and data of the runs: each fact once, with all its values. */
export function environmentTable({rows, version, written}: Report): Table {
  const facts = new Map<string, Set<string>>();
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '')
      facts.set(name, (facts.get(name) ?? new Set()).add(value));
  };
  for (const {info, state} of rows.flatMap(({records}) => records)) {
    const {data, memoryBytes} = state;
    add('started', state.startedAt);
    add('data', data?.source);
    add('images', data && imageCounts(data));
    add('backend', state.backend);
    if (memoryBytes > 0) add('memory at the end', bytes(memoryBytes));
    if (info === undefined) continue;
    add('data folder', info.dataRoot);
    add('data fingerprint', info.dataFingerprint);
    for (const [name, value] of Object.entries(info.versions))
      if (name !== 'backend') add(name, value);
    add('commit', info.git && `${info.git.commit}${info.git.dirty ? ' with changes' : ''}`);
    const {platform, arch, cpus, memoryBytes: machineBytes} = info.host;
    add('machine', `${platform} ${arch}, ${cpus} processors, ${bytes(machineBytes)} of memory`);
    add('configuration', info.configHash);
  }
  add('report written', `${written} by celeba-tui ${version}`);
  return {
    header: ['', 'value'],
    rows: [...facts].map(([name, set]) => {
      const values = [...set].sort();
      const text =
        values.length <= MAX_VALUES
          ? values.join(' · ')
          : `${values[0] ?? ''} … ${values.at(-1) ?? ''} (${values.length} values)`;
      return [name, text];
    }),
  };
}
