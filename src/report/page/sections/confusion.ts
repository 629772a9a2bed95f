import {thousands} from '../../../util/format.js';
import {headOf} from '../../tables/columns.js';
import type {GroupHead} from '../../../compare/groups.js';
import {markup, type Html} from '../escape.js';
import type {ReportRow} from '../report-row.js';
import type {Report} from '../report.js';
import {section, type Section} from './section.js';

/** Confusion matrices: predicted (columns) by true class (rows), shaded by their fraction of the row. */
export function confusionSection({rows, comparison: {heads}}: Report): Section[] {
  if (heads.length === 0) return [];
  const parts = heads.map(head => {
    const tables = rows.map(row => {
      const own = headOf(row.group, head);
      return own === undefined ? undefined : confusionTable(head, row, own);
    });
    return markup`<h3>${head}</h3>
      <div class="matrices">${tables}</div> `;
  });
  const added = rows.some(({group}) => group.seeds.length > 1)
    ? markup`<p>The images of all seeds are added up.</p> `
    : undefined;
  return [section('confusion', 'Confusion', added, parts)];
}

function confusionTable(head: string, {label}: ReportRow, {confusion}: GroupHead): Html {
  const {truePositives, falseNegatives, falsePositives, trueNegatives} = confusion;
  return markup`<table class="matrix">
    <caption>
      ${label}
    </caption>
    <thead>
      <tr>
        <td></td>
        <th scope="col">predicted ${head}</th>
        <th scope="col">predicted not</th>
      </tr>
    </thead>
    <tbody>
      <tr>
        <th scope="row">is ${head}</th>
        ${line(truePositives, falseNegatives, true)}
      </tr>
      <tr>
        <th scope="row">is not</th>
        ${line(falsePositives, trueNegatives, false)}
      </tr>
    </tbody>
  </table> `;
}

function line(called: number, calledNot: number, isSo: boolean): Html {
  const cell = (count: number, right: boolean): Html => {
    const share = count / (called + calledNot);
    const percent = Number.isFinite(share) ? Math.round(100 * share) : 0;
    const kind = right ? 'right' : 'wrong';
    return markup`<td class="${kind}" style="--share:${percent}%">
      ${thousands(count)} <small>${percent} %</small>
    </td>`;
  };
  return markup`${cell(called, isSo)}${cell(calledNot, !isSo)}`;
}
