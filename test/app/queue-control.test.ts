import {EventEmitter} from 'node:events';
import {describe, expect, it} from 'vitest';
import {onEndingSignals, SECOND_SIGNAL_MS} from '../../src/app/queue-control.js';

describe('signals that end the program', () => {
  it('are one signal within a second, whichever they are, and a second one after it', () => {
    const source = new EventEmitter();
    const told: [string, boolean][] = [];
    let nowMs = 0;
    const stop = onEndingSignals(
      source,
      (signal, isAgain) => told.push([signal, isAgain]),
      () => nowMs,
    );
    for (const [signal, at] of [
      ['SIGTERM', 0],
      ['SIGTERM', 20],
      ['SIGINT', 500],
      ['SIGHUP', SECOND_SIGNAL_MS - 1],
      ['SIGINT', SECOND_SIGNAL_MS],
    ] as const) {
      nowMs = at;
      source.emit(signal);
    }
    expect(told).toEqual([
      ['SIGTERM', false],
      ['SIGINT', true],
    ]);
    stop();
    expect(source.eventNames()).toEqual([]);
  });
});
