/**
 * Removes every handler of SIGTERM and SIGINT that is added from now on: ink-picture ends the process
 * at once at these, while here they stop what trains, with a checkpoint. The program's own handlers are
 * there before the interface.
 *
 * @returns What undoes it.
 */
export function refuseSignalHandlers(): () => void {
  const refuse = (event: string | symbol, listener: (...args: unknown[]) => void): void => {
    // It is added right after this.
    if (event === 'SIGINT' || event === 'SIGTERM')
      queueMicrotask(() => process.off(event, listener));
  };
  process.on('newListener', refuse);
  return () => process.off('newListener', refuse);
}
