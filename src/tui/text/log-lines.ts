import type {LogLine} from '../../runs/run-state.js';
import {wrap} from './fit.js';
import {span, type Line} from './line.js';

/** `14:32:05 message`, in as many lines as it needs; above information the level is a word. */
export function logLines({at, level, message: text}: LogLine, width: number): Line[] {
  const role = level === 'error' ? 'bad' : level === 'warning' ? 'warning' : 'plain';
  const time = `${at.slice(11, 19)} `;
  const word = level === 'info' ? '' : `${level}: `;
  return wrap(`${word}${text}`, width - time.length).map((part, index) => [
    span(index === 0 ? time : ' '.repeat(time.length), 'faint'),
    span(part, role),
  ]);
}
