import {isActive, isEnded} from '../../runs/status.js';
import type {Binding} from '../keys/binding.js';
import {bindingsOf} from '../keys/key-table.js';
import {keyLabel} from '../keys/key-names.js';
import {screenTitle} from '../keys/keys-markdown.js';
import {tabs} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {widthOf} from '../text/fit.js';
import {cutLine, fitLine, plainText, span, spread, type Line} from '../text/line.js';
import {liveItems} from './live.js';

/** The screens with their digits, and what runs. */
export function headerLine(snapshot: Snapshot, width: number): Line {
  const {screen} = snapshot.state;
  const current = screen === 'run' ? 'runs' : screen;
  const running = [span(runningText(snapshot), 'accent')];
  const whole = tabs.map(screenTitle);
  const short = tabs.map(tab =>
    tab === current ? screenTitle(tab) : screenTitle(tab).slice(0, 4),
  );
  const named = (names: readonly string[]): Line =>
    tabs.flatMap((tab, index) => [
      span(` ${index + 1} `, 'faint'),
      tab === current ? span(`[${names[index]}]`, 'strong') : span(names[index] ?? ''),
    ]);
  const room = width - widthOf(plainText(running));
  const shown = widthOf(plainText(named(whole))) <= room ? named(whole) : named(short);
  return spread(shown, running, width);
}

function runningText(snapshot: Snapshot): string {
  const items = liveItems(snapshot);
  const own = snapshot.queue.items;
  const running = items.filter(({run}) => isActive(run.status));
  if (running.length === 0) return '';
  const done = own.filter(({run}) => isEnded(run.status)).length;
  return own.length === 0 ? ' ▶ elsewhere' : ` ▶ ${done + 1}/${own.length}`;
}

/** What keys do here; a question, the filter that is typed, or a notice takes its place. */
export function footerLine({queue, state, ascii}: Snapshot, width: number): Line {
  const {question, filtering, notice, screen} = state;
  if (question !== undefined) {
    const choices = question.choices.flatMap(({key, label}) => [
      span(`  ${key}`, 'strong'),
      span(` ${label}`),
    ]);
    // The answers are always seen.
    const room = width - widthOf(plainText(choices));
    return cutLine([...cutLine([span(question.text, 'warning')], room), ...choices], width);
  }
  if (filtering) {
    const list = screen === 'runs' ? 'runs' : 'experiments';
    return cutLine(
      [
        span('/', 'strong'),
        span(state.lists[list].filter),
        span(' ', 'selected'),
        span('  Enter keeps it, Esc shows all', 'faint'),
      ],
      width,
    );
  }
  if (notice !== undefined) return cutLine([span(notice.text, notice.role)], width);
  return keysLine(labelsNow({queue, state}), state.help, ascii, width);
}

/** The keys with a label; the pause key says `resume` while the run is paused. */
function labelsNow({queue, state}: Pick<Snapshot, 'queue' | 'state'>): readonly Binding[] {
  const paused = queue.items.some(({run}) => run.status === 'paused');
  return bindingsOf(state.screen)
    .filter(({label}) => label !== undefined)
    .map(binding =>
      binding.action === 'pause' && paused ? {...binding, label: 'resume'} : binding,
    );
}

function keysLine(
  bindings: readonly Binding[],
  help: boolean,
  ascii: boolean,
  width: number,
): Line {
  if (help) return [span('Esc', 'strong'), span(' back')];
  const last = bindings.slice(-2).flatMap(one => keySpans(one.keys, one.label ?? '', ascii));
  const room = width - widthOf(plainText(last));
  const first: Line[] = [];
  for (const {keys, label} of bindings.slice(0, -2)) {
    const next = keySpans(keys, label ?? '', ascii);
    if (widthOf([...first, next].map(plainText).join('')) > room) break;
    first.push(next);
  }
  return fitLine([...first.flat(), ...last], width);
}

function keySpans(keys: readonly string[], label: string, ascii: boolean): Line {
  const [first = ''] = keys;
  return [span(keyLabel(first, ascii), 'strong'), span(` ${label}  `, 'faint')];
}
