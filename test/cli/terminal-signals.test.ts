import {EventEmitter} from 'node:events';
import {describe, expect, it, vi} from 'vitest';
import {TerminalSignals} from '../../src/cli/terminal-signals.js';

/** A process that remembers how it was signalled. */
class Signalled extends EventEmitter {
  readonly pid = 7;
  readonly kill = vi.fn((): true => true);
}

describe('the terminal of a process', () => {
  it('closes once, whether it is told by the signal, by a failing stream, or by both', () => {
    const own = new Signalled();
    const signals = new TerminalSignals(own);
    const listener = vi.fn();
    signals.on('SIGHUP', listener);
    own.emit('SIGHUP');
    signals.close();
    own.emit('SIGHUP');
    expect(listener).toHaveBeenCalledTimes(1);
    expect(own.kill).not.toHaveBeenCalled();
  });

  it('ends the process where nobody listens, and leaves the signal to the system', () => {
    const own = new Signalled();
    const signals = new TerminalSignals(own);
    const listener = vi.fn();
    signals.on('SIGHUP', listener);
    signals.off('SIGHUP', listener);
    expect(own.listenerCount('SIGHUP')).toBe(0);
    signals.close();
    expect(own.kill).toHaveBeenCalledWith(7, 'SIGHUP');
    expect(listener).not.toHaveBeenCalled();
  });

  it('is gone where a stream was one and is none any more', () => {
    let terminals = [0, 2];
    const signals = new TerminalSignals(new Signalled(), stream => terminals.includes(stream));
    expect(signals.isTerminalGone).toBe(false);
    terminals = [];
    expect(signals.isTerminalGone).toBe(true);
    expect(new TerminalSignals(new Signalled(), () => false).isTerminalGone).toBe(false);
  });

  it('has nothing to do with the other signals', () => {
    const own = new Signalled();
    const signals = new TerminalSignals(own);
    const listener = vi.fn();
    signals.on('SIGINT', listener);
    own.emit('SIGINT');
    own.emit('SIGINT');
    signals.off('SIGINT', listener);
    own.emit('SIGINT');
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
