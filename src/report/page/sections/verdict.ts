import {problemLines} from '../../tables/tables.js';
import {headlines} from '../../text/result-sentence.js';
import {verdictNotes} from '../../text/verdict-text.js';
import {markup, type Html} from '../escape.js';
import type {Report} from '../report.js';

/** What comes first: the sentences, what they rest on, and runs that have no result. */
export function verdictHtml({comparison}: Report): Html {
  const sentences = headlines(comparison);
  const problems = problemLines(comparison);
  const notes = verdictNotes(comparison);
  const said =
    sentences.length === 0
      ? markup`<p class="sentence">There is no result yet.</p>`
      : sentences.map(sentence => markup`<p class="sentence">${sentence}</p> `);
  return markup`<section class="verdict" aria-label="Verdict">
    ${said} ${notes.length === 0 ? undefined : markup`<p class="note">${notes.join(' ')}</p>`}
    ${
      problems.length === 0
        ? undefined
        : markup`<ul class="problems">
            ${problems.map(text => markup`<li>${text}</li>`)}
          </ul>`
    }
  </section> `;
}
