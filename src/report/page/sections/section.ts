import {markup, type Content, type Html} from '../escape.js';

/** A part of the page, with its entry in the list of contents. */
export type Section = {readonly id: string; readonly title: string; readonly content: Html};

export function section(id: string, title: string, ...content: readonly Content[]): Section {
  return {id, title, content: markup`${content}`};
}

export function sectionHtml({id, title, content}: Section): Html {
  return markup`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section> `;
}
