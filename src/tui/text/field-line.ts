import type {TextField} from '../state/text-field.js';
import {cut, cutStart, widthOf} from './fit.js';
import {span, type Line} from './line.js';

/** A text that is being typed, in at most `width` columns around its caret, which stands out. */
export function fieldLine({text, caret}: TextField, width: number): Line {
  const characters = [...text];
  const at = characters[caret] ?? ' ';
  const before = cutStart(characters.slice(0, caret).join(''), width - widthOf(at));
  const rest = width - widthOf(before) - widthOf(at);
  const after = cut(characters.slice(caret + 1).join(''), rest);
  return [span(before), span(at, 'selected'), span(after)];
}
