import type {RunQueue} from '../runs/queue/run-queue.js';
import {suspendedText, type QueueItem} from '../runs/queue/queue-state.js';
import type {RunEvent} from '../runs/events.js';
import {encodeEvent} from '../runs/event-json.js';
import {escaped, printable} from '../util/format.js';
import {stopProcess} from '../util/stop-process.js';
import {onEndingSignals, type SignalSource} from '../app/ending-signals.js';
import {eventLine} from './event-lines.js';
import {progressBar} from './progress-bar.js';
import type {Streams} from '../app/streams.js';

/**
 * Prints what happens: each event as JSON, or a line where a person wants to know. While images
 * are drawn or read a bar on the terminal says how far it is.
 */
export function headlessReporter(
  json: boolean,
  {stdout, stderr}: Streams,
): (event: RunEvent, item: QueueItem) => void {
  const bars = {
    drawing: progressBar(stderr, 'drawing the sample faces, once for this machine'),
    indexing: progressBar(stderr, 'looking for the images, once for this machine'),
    reading: progressBar(stderr, 'reading the images'),
  };
  return (event, item) => {
    if (event.type === 'data.progressed') bars[event.what].update(event.done, event.total);
    const line = json ? escaped(encodeEvent(event)) : eventLine(event, item.run.epochs);
    if (line === undefined) return;
    for (const bar of Object.values(bars)) bar.end();
    stdout.write(`${line}\n`);
    // They stood before the first epoch, and pages of epochs may be between.
    if (event.type !== 'run.finished' || json) return;
    for (const text of item.run.data?.warnings ?? [])
      stdout.write(`  warning  ${printable(text)}\n`);
  };
}

/**
 * Works through a queue. The first signal stops the running trainer with a checkpoint, a second
 * one kills it.
 *
 * @returns Whether it was interrupted.
 */
export async function workThrough(
  queue: RunQueue,
  signals: SignalSource,
  {stderr}: Streams,
): Promise<boolean> {
  let interrupted = false;
  const stopListening = onEndingSignals(signals, (_signal, isAgain) => {
    stderr.write(
      isAgain
        ? 'celeba-tui: killing the trainer; what it learned after its last checkpoint is lost\n'
        : 'celeba-tui: stopping after this batch, with a checkpoint; once more to kill\n',
    );
    interrupted = true;
    void (isAgain ? queue.kill() : queue.stop());
  });
  // The trainer is no part of the job that the shell stops.
  const onStop = (): void => {
    stderr.write(`${printable(suspendedText(queue.state.get(), 'fg or bg goes on.'))}\n`);
    void stopProcess(signals, onStop, 'process');
  };
  signals.on('SIGTSTP', onStop);
  try {
    await queue.start();
  } finally {
    stopListening();
    signals.off('SIGTSTP', onStop);
  }
  return interrupted;
}
