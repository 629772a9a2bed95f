/**
 * Keeps the signals to those who asked for them before: ink-picture ends the process at once at
 * SIGTERM and SIGINT, while here they stop what trains, with a checkpoint.
 *
 * @returns What undoes it.
 */
export function ignoreSignalHandlersOf(library: string): () => void {
  const refuse = (event: string | symbol, listener: (...args: unknown[]) => void): void => {
    if (event !== 'SIGINT' && event !== 'SIGTERM') return;
    if (new Error('who listens').stack?.includes(library) !== true) return;
    // It is added right after this.
    queueMicrotask(() => process.off(event, listener));
  };
  process.on('newListener', refuse);
  return () => process.off('newListener', refuse);
}
