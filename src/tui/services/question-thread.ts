import {Worker, parentPort} from 'node:worker_threads';
import {programFile} from '../../util/program-file.js';
import {messageOf} from '../../util/user-error.js';

type Asked<Question> = {readonly id: number; readonly question: Question};
type Told<Answer> =
  {readonly id: number; readonly answer: Answer} | {readonly id: number; readonly error: string};

/** Asks a program in a thread of its own, which begins with the first question: keys go on meanwhile. */
export class QuestionThread<Question, Answer> {
  readonly #program: string;
  readonly #waiting = new Map<number, (told: Told<Answer>) => void>();
  #worker: Worker | undefined;
  #next = 1;

  /**
   * @param url  `import.meta.url` of the asking file.
   * @param name The program, relative to that file; it calls `answerQuestions`.
   */
  constructor(url: string, name: string) {
    this.#program = programFile(url, name);
  }

  /** @throws Error with the message of what the program threw, or of how its thread ended. */
  async ask(question: Question): Promise<Answer> {
    const id = this.#next++;
    const worker = (this.#worker ??= this.#start());
    const told = await new Promise<Told<Answer>>(resolve => {
      this.#waiting.set(id, resolve);
      worker.postMessage({id, question} satisfies Asked<Question>);
    });
    if ('error' in told) throw new Error(told.error);
    return told.answer;
  }

  #start(): Worker {
    const worker = new Worker(this.#program);
    worker.unref();
    worker.on('message', (told: Told<Answer>) => {
      this.#waiting.get(told.id)?.(told);
      this.#waiting.delete(told.id);
    });
    worker.on('error', error => {
      for (const [id, resolve] of this.#waiting) resolve({id, error: error.message});
      this.#waiting.clear();
      this.#worker = undefined;
    });
    return worker;
  }
}

/** The other end: answers every question that comes to this thread. */
export function answerQuestions<Question, Answer>(
  answerTo: (question: Question) => Promise<Answer>,
): void {
  parentPort?.on('message', ({id, question}: Asked<Question>) => {
    answerTo(question).then(
      answer => parentPort?.postMessage({id, answer} satisfies Told<Answer>),
      (error: unknown) =>
        parentPort?.postMessage({id, error: messageOf(error)} satisfies Told<Answer>),
    );
  });
}
