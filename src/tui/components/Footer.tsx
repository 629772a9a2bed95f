import type {ReactElement} from 'react';
import {press} from '../actions/press.js';
import {useController} from '../hooks.js';
import type {Binding} from '../keys/binding.js';
import {bindingsOf} from '../keys/key-table.js';
import {keyLabel} from '../keys/key-names.js';
import type {Question} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {promptKinds} from '../prompts/prompt-kinds.js';
import {
  fieldLine,
  line,
  lineWidth,
  span,
  wrappedLines,
  type Line,
  type Role,
} from '../text/line.js';
import type {ClickArea} from '../terminal/click-areas.js';
import {Clickable} from './Clickable.js';
import {TextLines} from './TextLines.js';

/** A piece of the footer; a click on it presses its key. */
type Part = {readonly line: Line; readonly key?: string};

/** One line of the footer. */
type FooterRow = readonly Part[];

type FooterProps = {readonly rows: readonly FooterRow[]; readonly width: number};

export function Footer({rows, width}: FooterProps): ReactElement {
  const controller = useController();
  const click: ClickArea['click'] = ({column, row}, isAlone) => {
    let end = 0;
    const clicked = rows[row]?.find(part => (end += lineWidth(part.line)) > column);
    if (clicked?.key !== undefined) press(controller, clicked.key, isAlone);
  };
  return (
    <Clickable onClick={click}>
      <TextLines lines={rows.map(parts => parts.flatMap(part => part.line))} width={width} />
    </Clickable>
  );
}

/**
 * What keys do here. A question, the filter that is typed, or a notice takes its place, in as many
 * lines as its sentence needs.
 */
export function footerRows(
  snapshot: Snapshot,
  ascii: boolean,
  width: number,
): readonly FooterRow[] {
  const {question, notice, prompt} = snapshot.state;
  if (question !== undefined) return questionRows(question, width);
  if (notice !== undefined && prompt?.kind !== 'filter')
    return sentenceRows(notice.text, notice.role, width);
  return [footerParts(snapshot, ascii, width)];
}

/** Lines of a sentence, at most: a small screen has 20. */
const MAX_SENTENCE = 5;

function sentenceRows(text: string, role: Role, width: number): readonly FooterRow[] {
  const lines = wrappedLines(text, width, role).slice(0, MAX_SENTENCE);
  return lines.map(content => [{line: content}]);
}

function footerParts(snapshot: Snapshot, ascii: boolean, width: number): FooterRow {
  const {prompt, help} = snapshot.state;
  if (prompt?.kind === 'filter') {
    const keys = [span('  Enter keeps it, Esc shows all', 'faint')];
    const field = fieldLine(prompt, width - 1 - lineWidth(keys));
    return [{line: [span('/', 'strong'), ...field, ...keys]}];
  }
  if (prompt !== undefined)
    return Object.entries({...promptKinds[prompt.kind].keys, escape: 'close'}).map(([key, label]) =>
      keyPart(key, label, ascii),
    );
  if (help) return [keyPart('escape', 'back', ascii)];
  return keyParts(snapshot, ascii, width);
}

/** The answers stand behind the question, or below it in as many lines as they need. */
function questionRows({text, choices}: Question, width: number): readonly FooterRow[] {
  const answers = choices.map(({key, label}) => ({
    line: [span(key, 'strong'), span(` ${label}  `)],
    key,
  }));
  const row = [{line: line(`${text}  `, 'warning')}, ...answers];
  if (widthOf(row) <= width) return [row];
  const rows: Part[][] = [[]];
  for (const answer of answers) {
    const last = rows.at(-1) ?? [];
    if (last.length === 0 || widthOf([...last, answer]) <= width) last.push(answer);
    else rows.push([answer]);
  }
  return [...sentenceRows(text, 'warning', width), ...rows];
}

function widthOf(row: FooterRow): number {
  return lineWidth(row.flatMap(part => part.line));
}

/** `:`, `?` and `q`, which end every list of keys. */
const ALWAYS = 3;

/**
 * As many keys as fit, in the order of the table; `:`, `?` and `q` always do. Where not all fit, the
 * likely ones stay, and the ones that cannot act now leave first.
 */
function keyParts(snapshot: Snapshot, ascii: boolean, width: number): readonly Part[] {
  const keys = bindingsOf(snapshot.state.screen).flatMap(binding =>
    rankedPart(binding, snapshot, ascii),
  );
  const fitting = new Set(keys.slice(-ALWAYS).map(({part}) => part));
  let room = width - widthOf([...fitting]);
  for (const {part} of keys.slice(0, -ALWAYS).sort((a, b) => a.rank - b.rank)) {
    room -= lineWidth(part.line);
    if (room < 0) break;
    fitting.add(part);
  }
  return keys.map(({part}) => part).filter(part => fitting.has(part));
}

/** A key with its rank among them, if it stands in the footer at all; one that cannot act now is dimmed. */
function rankedPart(
  {keys, label, cannot, isLikely}: Binding,
  snapshot: Snapshot,
  ascii: boolean,
): {readonly part: Part; readonly rank: number}[] {
  const word = typeof label === 'function' ? label(snapshot) : label;
  if (word === undefined) return [];
  const canAct = cannot?.(snapshot) === undefined;
  const rank = !canAct ? 2 : isLikely?.(snapshot) === true ? 0 : 1;
  return [{part: keyPart(keys[0] ?? '', word, ascii, canAct ? 'strong' : 'faint'), rank}];
}

function keyPart(key: string, word: string, ascii: boolean, role: Role = 'strong'): Part {
  return {line: [span(keyLabel(key, ascii), role), span(` ${word}  `, 'faint')], key};
}
