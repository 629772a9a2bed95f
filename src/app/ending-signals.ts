/** The signals that end a program, as far as a queue must know of them. */
export type SignalSource = {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
};

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type EndingSignal = (typeof ENDING_SIGNALS)[number];

/**
 * How long after the first signal another one counts as a second. `timeout` signals its command and
 * then its process group, and npm passes on what the terminal has sent already: nobody insisted.
 */
export const SECOND_SIGNAL_MS = 1_000;

/**
 * Tells of the first signal, whichever it is, and of those that come later than a second after it.
 *
 * @param onSignal `isAgain` from the second one on.
 * @param clock    Milliseconds by a clock that is never set.
 * @returns        Stops listening.
 */
export function onEndingSignals(
  signals: SignalSource,
  onSignal: (signal: EndingSignal, isAgain: boolean) => void,
  clock: () => number = () => performance.now(),
): () => void {
  let firstMs: number | undefined;
  const listeners = ENDING_SIGNALS.map(signal => {
    const listener = (): void => {
      const nowMs = clock();
      if (firstMs !== undefined && nowMs - firstMs < SECOND_SIGNAL_MS) return;
      const isAgain = firstMs !== undefined;
      firstMs ??= nowMs;
      onSignal(signal, isAgain);
    };
    signals.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) signals.off(signal, listener);
  };
}
