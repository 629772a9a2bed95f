import {fork} from 'node:child_process';
import {Worker as Thread, parentPort} from 'node:worker_threads';
import {childEnvironment} from './child-environment.js';
import type {ExitCode} from './exit-codes.js';
import {endOf} from './last-words.js';
import {messageOf, UserError} from './user-error.js';

/** What is kept of the end of a process's log, in characters. */
const LOG_TAIL = 2000;

/** A worker ended without an answer, as native code can, or did not start. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

/** A process or thread that runs a program which calls `answerRequests`. */
type Connection = {
  readonly post: (message: unknown) => void;
  readonly kill: () => void;
};

/** Starts a worker. It calls `onReply` for each message, and `onEnd` once, with the reason. */
export type Connect = (
  onReply: (message: unknown) => void,
  onEnd: (reason: string) => void,
) => Connection;

type ProcessOptions = {
  /** What its end is told of: `the decoding process`. */
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin?: 'inherit' | 'ignore';
  /** Open files that the process gets as its own, from descriptor 4 on. */
  readonly descriptors?: readonly number[];
};

/** @param program Path of a program, as `programFile` gives it. */
export function inProcess(program: string, options: ProcessOptions): Connect {
  return (onReply, onEnd) => {
    const {name, env, stdin = 'ignore', descriptors = []} = options;
    const child = fork(program, [], {
      stdio: [stdin, 'ignore', 'pipe', 'ipc', ...descriptors],
      serialization: 'advanced',
      execArgv: [],
      env: {...childEnvironment(env), TF_CPP_MIN_LOG_LEVEL: '3'},
    });
    let log = '';
    child.stderr?.on('data', (text: Buffer) => {
      log = (log + text.toString()).slice(-LOG_TAIL);
    });
    child.on('message', onReply);
    child.on('error', error => onEnd(error.message));
    child.on('close', (code, signal) => onEnd(endOf(name, code, signal, log)));
    return {
      // A process that could not start has no channel, and has told its error.
      post: message =>
        child.connected &&
        child.send(message as object, error => {
          if (error !== null) onEnd(error.message);
        }),
      kill: () => child.kill('SIGKILL'),
    };
  };
}

/** A thread does not keep the program from ending. */
export function inThread(program: string): Connect {
  return (onReply, onEnd) => {
    const thread = new Thread(program);
    thread.unref();
    thread.on('message', onReply);
    thread.on('error', error => onEnd(error.message));
    thread.on('exit', code => onEnd(`the thread ended with exit code ${code}`));
    return {
      post: message => thread.postMessage(message),
      kill: () => void thread.terminate(),
    };
  };
}

type Posted<Request> = {readonly id: number; readonly request: Request};
type Reply<Answer> =
  {readonly id: number; readonly answer: Answer} | {readonly id: number; readonly failure: Failure};
/** An error on its way from a worker; `hint` and `exitCode` are those of a `UserError`. */
type Failure = {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly exitCode?: ExitCode;
};

type Waiting<Answer> = {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
};

type WorkerLife<Request, Answer> = {
  readonly ask: (request: Request) => Promise<Answer>;
  readonly kill: () => void;
};

function startLife<Request, Answer>(
  connect: Connect,
  onDeath: () => void,
): WorkerLife<Request, Answer> {
  const unanswered = new Map<number, Waiting<Answer>>();
  let death: WorkerDied | undefined;
  let nextId = 1;
  const receive = (reply: Reply<Answer>): void => {
    const waiting = unanswered.get(reply.id);
    unanswered.delete(reply.id);
    if ('answer' in reply) return waiting?.resolve(reply.answer);
    const {message, hint, exitCode} = reply.failure;
    waiting?.reject(
      exitCode === undefined
        ? new Error(message)
        : new UserError(message, {exitCode, ...(hint === undefined ? {} : {hint})}),
    );
  };
  const die = (reason: string): void => {
    if (death !== undefined) return;
    death = new WorkerDied(reason);
    onDeath();
    for (const {reject} of unanswered.values()) reject(death);
    unanswered.clear();
  };
  const {post, kill} = connect(message => receive(message as Reply<Answer>), die);
  const ask = (request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (death !== undefined) return reject(death);
      const id = nextId++;
      unanswered.set(id, {resolve, reject});
      post({id, request} satisfies Posted<Request>);
    });
  return {ask, kill};
}

/**
 * Requests to a program that runs beside this one, in a process or a thread; an answer to each. It
 * starts with the first request, and once more with the next one after it died.
 */
export class Worker<Request, Answer> {
  readonly #connect: Connect;
  readonly #opening: Request | undefined;
  #life: WorkerLife<Request, Answer> | undefined;
  #isKilled = false;
  #opened: Promise<Answer> | undefined;

  /** @param opening The request that each start begins with, before any other. */
  constructor(connect: Connect, opening?: Request) {
    this.#connect = connect;
    this.#opening = opening;
  }

  /** Starts it where it does not run. @returns The answer to the opening request, if there is one. */
  async open(): Promise<Answer | undefined> {
    this.#start();
    return this.#opened;
  }

  /**
   * @throws WorkerDied where the worker dies before it answers; the error that the worker threw, as
   *   a UserError where it was one and as an Error with the same message otherwise.
   */
  async ask(request: Request): Promise<Answer> {
    const life = this.#start();
    await this.#opened;
    return life.ask(request);
  }

  /** Ends it at once and for good. Unanswered requests are rejected with `WorkerDied`. */
  kill(): void {
    this.#isKilled = true;
    this.#life?.kill();
  }

  #start(): WorkerLife<Request, Answer> {
    if (this.#life !== undefined) return this.#life;
    if (this.#isKilled) throw new WorkerDied('it was ended');
    const life = startLife<Request, Answer>(this.#connect, () => (this.#life = undefined));
    this.#life = life;
    this.#opened = this.#opening === undefined ? undefined : life.ask(this.#opening);
    return life;
  }
}

/**
 * The worker's side: answers the requests of the `Worker` that started this process or thread, one
 * after another. The process may be killed at any moment.
 */
export function answerRequests<Request, Answer>(
  answer: (request: Request) => Answer | Promise<Answer>,
): void {
  const reply = (message: Reply<Answer>): void => {
    if (parentPort !== null) parentPort.postMessage(message);
    else if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  let last: Promise<unknown> = Promise.resolve();
  const receive = ({id, request}: Posted<Request>): void => {
    last = last
      .then(() => answer(request))
      .then(
        result => reply({id, answer: result}),
        (error: unknown) => reply({id, failure: failureOf(error)}),
      );
  };
  if (parentPort !== null) return void parentPort.on('message', receive);
  process.on('message', receive);
  // Nobody listens any more, and TensorFlow's threads would keep an ordinary end waiting.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

function failureOf(error: unknown): Failure {
  const message = messageOf(error);
  if (!(error instanceof UserError)) return {message};
  return {message, hint: error.hint, exitCode: error.exitCode};
}
