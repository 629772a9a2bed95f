import {fraction, duration} from '../../../util/format.js';
import type {TableData} from '../../tables/table-data.js';
import {environmentTable} from '../environment.js';
import {details, markup, type Html} from '../escape.js';
import type {ReportRow} from '../report-row.js';
import type {Report} from '../report.js';
import {tableHtml} from '../table-html.js';
import {section, type Section} from './section.js';
import {ownValue} from '../../../util/own-value.js';

/** Every run by itself: what became of it, and what it warned of. */
export function runsSection(report: Report): Section {
  const messages = report.rows.flatMap(({records}) =>
    records.flatMap(({state}) =>
      state.log.filter(({level}) => level !== 'info').map(line => ({...line, run: state.id})),
    ),
  );
  const hints = report.rows.flatMap(({records}) =>
    records.flatMap(({state}) => state.failure?.hint ?? []),
  );
  const unique = [...new Set([...messages.map(({message}) => message), ...hints])];
  const logs = [...report.trainerLogs].map(([run, text]) =>
    details(`The end of what the trainer of ${run} printed`, markup`<pre>${text}</pre>`),
  );
  return section(
    'runs',
    'Runs',
    tableHtml(runsTable(report), 'Runs'),
    unique.length === 0
      ? undefined
      : markup`<ul class="note">
          ${unique.map(text => markup`<li>${text}</li>`)}
        </ul> `,
    logs,
  );
}

const HEADS_IN_COLUMNS = 4;

function runsTable({rows, heads}: Report): TableData {
  const named = heads.length > HEADS_IN_COLUMNS ? [] : heads;
  const lines = rows.flatMap(({group, records, label}) =>
    group.runs.map(run => {
      const state = records.find(record => record.state.id === run.id)?.state;
      const kept = state?.models.map(({bestEpoch}) => bestEpoch ?? '-').join(', ') ?? '-';
      return [
        run.id,
        label,
        run.status,
        run.seed === undefined ? '-' : String(run.seed),
        ...named.map(head => fractionOf(ownValue(run.heads, head)?.accuracy)),
        kept,
        run.seconds > 0 ? duration(run.seconds) : '-',
      ];
    }),
  );
  const header = ['run', 'row', 'status', 'seed', ...named, 'epoch kept', 'time'];
  return {
    header,
    rows: lines,
    right: [3, ...named.map((_, index) => 4 + index), header.length - 1],
  };
}

function fractionOf(value: number | undefined): string {
  return value === undefined ? '-' : fraction(value, 3);
}

export function modelSection({rows}: Report): Section[] {
  const parts = texts(rows, ({summary}) => summary);
  return parts.length === 0 ? [] : [section('model', 'Model', parts)];
}

export function definitionSection({rows}: Report): Section[] {
  const parts = texts(rows, ({definition}) => definition);
  return parts.length === 0 ? [] : [section('definition', 'Definition', parts)];
}

/** Texts of the rows, each once, under the names of the rows that have it; folded where many. */
function texts(rows: readonly ReportRow[], textOf: (row: ReportRow) => string | undefined): Html[] {
  const byText = new Map<string, string[]>();
  for (const row of rows) {
    const text = textOf(row)?.trimEnd();
    if (text === undefined || text === '') continue;
    byText.set(text, [...(byText.get(text) ?? []), row.label]);
  }
  return [...byText].map(([text, labels]) =>
    details(labels.join(', '), markup`<pre tabindex="0">${text}</pre>`, byText.size === 1),
  );
}

export function environmentSection(report: Report): Section {
  return section('environment', 'Environment', tableHtml(environmentTable(report), 'Environment'));
}
