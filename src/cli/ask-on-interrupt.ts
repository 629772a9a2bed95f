import readline from 'node:readline';
import {onEndingSignals} from '../app/queue-control.js';
import type {ClusterFollower} from '../app/cluster/follow.js';
import type {CommandContext} from './command.js';

type Interruption = {
  readonly isCancelled: () => boolean;
  /** Listens no longer. */
  readonly stop: () => void;
};

/**
 * Cancels the tasks on Ctrl-C, on a terminal after asking. A second Ctrl-C leaves them to the cluster.
 * A closed terminal leaves them, too: nobody said that they should end.
 */
export function askOnInterrupt(
  follower: ClusterFollower,
  cancel: () => Promise<void>,
  {signals, stderr, stdout, openStdin}: CommandContext,
): Interruption {
  let isCancelled = false;
  let question: readline.Interface | undefined;
  const cancelAll = (): void => {
    isCancelled = true;
    void cancel();
  };
  const stopListening = onEndingSignals(signals, (signal, isAgain) => {
    if (signal === 'SIGHUP' || isAgain) {
      question?.close();
      return follower.leave();
    }
    const stdin = openStdin();
    if (signal !== 'SIGINT' || stdin.isTTY !== true || stdout.isTTY !== true) return cancelAll();
    const runs = follower.left === 1 ? 'the run' : `all ${follower.left} runs`;
    question = readline.createInterface({input: stdin, output: stderr});
    question.on('SIGINT', () => {
      question?.close();
      follower.leave();
    });
    question.question(
      `celeba-tui: cancel ${runs} on the cluster? [y/N] (Ctrl-C leaves them there) `,
      answer => {
        question?.close();
        if (/^y(es)?$/i.test(answer.trim())) cancelAll();
      },
    );
  });
  return {
    isCancelled: () => isCancelled,
    stop: () => {
      stopListening();
      question?.close();
    },
  };
}
