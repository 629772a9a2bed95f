import type {Streams} from '../app/streams.js';
import {nameWithFold} from '../experiment/folds.js';
import {encodeEvent, type RunEvent} from '../runs/events.js';
import type {QueueItem} from '../runs/queue/queue-state.js';
import {escaped, printable} from '../util/format.js';
import {eventLine} from './event-lines.js';
import {dataBars} from './progress-bar.js';

type ReportOptions = {
  readonly json: boolean;
  /** Whether each line names its run: several may train at the same time. */
  readonly namesRuns: boolean;
};

/** Prints events as JSON or as lines, with a bar on a terminal while images are drawn or read. */
export function eventReporter(
  {json, namesRuns}: ReportOptions,
  {stdout, stderr}: Streams,
): (event: RunEvent, item: QueueItem) => void {
  const bars = dataBars(false, {stdout, stderr});
  return (event, item) => {
    if (event.type === 'data.progressed') bars.update(event.what, event.done, event.total);
    const line = json
      ? escaped(encodeEvent(event))
      : eventLine(event, item.run.epochs, nameWithFold(item.job.experiment));
    if (line === undefined) return;
    bars.end();
    // The first and the last line of a run begin with its name.
    const named = (text: string): string =>
      namesRuns && !json ? text.replace(/^ {2}/, () => `  ${printable(event.run)}  `) : text;
    stdout.write(`${named(line)}\n`);
    // Repeats the warnings, which pages of epochs may have moved off the screen.
    if (event.type !== 'run.finished' || json) return;
    for (const text of item.run.data?.warnings ?? [])
      stdout.write(`${named(`  warning  ${printable(text)}`)}\n`);
  };
}
