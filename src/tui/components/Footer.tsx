import type {ReactElement} from 'react';
import {useSnapshot} from '../hooks.js';
import type {Binding} from '../keys/binding.js';
import {bindingsOf} from '../keys/key-table.js';
import {keyLabel} from '../keys/key-names.js';
import type {Question} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {promptKinds} from '../prompts/prompt-kinds.js';
import {fieldLine} from '../text/field-line.js';
import {cutLine, line, lineWidth, span, type Line, type Role} from '../text/line.js';
import {useTheme} from '../theme.js';
import {TextLines} from './TextLines.js';

/** What keys do here; a question, the filter that is typed, or a notice takes its place. */
export function Footer({width}: {readonly width: number}): ReactElement {
  const snapshot = useSnapshot();
  const {ascii} = useTheme();
  return <TextLines lines={[footerLine(snapshot, ascii, width)]} width={width} />;
}

function footerLine(snapshot: Snapshot, ascii: boolean, width: number): Line {
  const {question, prompt, notice, help} = snapshot.state;
  if (question !== undefined) return questionLine(question, width);
  if (prompt?.kind === 'filter') {
    const keys = [span('  Enter keeps it, Esc shows all', 'faint')];
    return [span('/', 'strong'), ...fieldLine(prompt, width - 1 - lineWidth(keys)), ...keys];
  }
  if (notice !== undefined) return [span(notice.text, notice.role)];
  if (prompt !== undefined) {
    const {keys} = promptKinds[prompt.kind];
    return keys.flatMap(([key, label]) => keyAndWord(key, label, ascii));
  }
  if (help) return keyAndWord('escape', 'back', ascii);
  return keysLine(snapshot, ascii, width);
}

/** The answers are always visible. */
function questionLine({text, choices}: Question, width: number): Line {
  const answers = choices.flatMap(({key, label}) => [
    span(`  ${key}`, 'strong'),
    span(` ${label}`),
  ]);
  return [...cutLine(line(text, 'warning'), width - lineWidth(answers)), ...answers];
}

/** As many keys as fit; `?` and `q`, the last two, always do. */
function keysLine(snapshot: Snapshot, ascii: boolean, width: number): Line {
  const keys = bindingsOf(snapshot.state.screen)
    .filter(({label}) => label !== undefined)
    .map(binding => keySpans(binding, snapshot, ascii));
  const last = keys.slice(-2).flat();
  const shown: Line[] = [];
  let room = width - lineWidth(last);
  for (const key of keys.slice(0, -2)) {
    room -= lineWidth(key);
    if (room < 0) break;
    shown.push(key);
  }
  return [...shown.flat(), ...last];
}

/** A key that cannot act now is dimmed. */
function keySpans({keys, label, action}: Binding, snapshot: Snapshot, ascii: boolean): Line {
  const word = typeof label === 'function' ? label(snapshot) : label;
  const role = action.cannot?.(snapshot) === undefined ? 'strong' : 'faint';
  return keyAndWord(keys[0] ?? '', word ?? '', ascii, role);
}

function keyAndWord(key: string, word: string, ascii: boolean, role: Role = 'strong'): Line {
  return [span(keyLabel(key, ascii), role), span(` ${word}  `, 'faint')];
}
