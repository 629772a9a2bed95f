import {probabilityText} from '../../../util/format.js';
import {markup, type Html} from '../escape.js';
import type {Mistake, Mistakes} from '../mistakes.js';
import type {Report} from '../report.js';
import {section, type Section} from './section.js';

/** Images that were classified wrongly, the most confident first; only where people asked for them. */
export function mistakesSection({mistakes}: Report): Section[] {
  if (mistakes === undefined || mistakes.length === 0) return [];
  return [
    section(
      'mistakes',
      'Mistakes',
      markup`<p class="licence">
        This page holds photographs. CelebA and sets like it are for non-commercial research only
        and may not be passed on: keep the page to yourself unless their licence lets you share it.
      </p> `,
      mistakes.map(grid),
    ),
  ];
}

function grid({row, head, run, wrong, images, shown}: Mistakes): Html {
  const missing = Math.min(wrong, 16) - shown.length;
  const gone = missing > 0 ? ` ${missing} could not be read.` : '';
  return markup`<h3>${head}, ${row}</h3>
    <p class="note">
      ${wrong} of ${images} images are wrong in ${run}; the most confident mistakes first. Probabilities are those of yes.${gone}
    </p>
    <ul class="faces">
      ${shown.map(mistake => face(head, mistake))}
    </ul> `;
}

function face(head: string, {file, label, probability, image}: Mistake): Html {
  const truth = label === 1 ? `is ${head}` : `is not ${head}`;
  return markup`<li>
    <img src="${image}" alt="${file}" width="89" height="109" /><span
      >${truth}</span
    ><small>probability ${probabilityText(probability)}</small>
  </li>`;
}
