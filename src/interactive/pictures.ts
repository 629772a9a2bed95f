import {Worker} from 'node:worker_threads';
import type {
  FoundPicture,
  PictureAnswer,
  PictureQuestion,
  PictureSource,
} from './picture-worker.js';

/** Reads pictures of runs in a thread of its own, which begins with the first one asked for. */
export class Pictures {
  readonly #cacheFolder: string;
  readonly #waiting = new Map<number, (answer: PictureAnswer) => void>();
  #worker: Worker | undefined;
  #next = 1;

  constructor(cacheFolder: string) {
    this.#cacheFolder = cacheFolder;
  }

  /** The encoded picture that a run used. @param run Path of its folder. */
  async read(run: string, file: string): Promise<Buffer> {
    const [found] = await this.#ask({run}, {file});
    if (found === undefined) throw new Error(`${file} was not found.`);
    return Buffer.from(found.bytes);
  }

  /** Some pictures from all over the data of an experiment. */
  async examples(
    experiment: string,
    root: string | undefined,
    examples: number,
  ): Promise<readonly {readonly file: string; readonly bytes: Buffer}[]> {
    const found = await this.#ask({experiment, root}, {examples});
    return found.map(({file, bytes}) => ({file, bytes: Buffer.from(bytes)}));
  }

  async #ask(
    source: PictureSource,
    wanted: PictureQuestion['wanted'],
  ): Promise<readonly FoundPicture[]> {
    const id = this.#next++;
    const worker = (this.#worker ??= this.#start());
    const answer = await new Promise<PictureAnswer>(resolve => {
      this.#waiting.set(id, resolve);
      const cacheFolder = this.#cacheFolder;
      worker.postMessage({id, source, wanted, cacheFolder} satisfies PictureQuestion);
    });
    if ('error' in answer) throw new Error(answer.error);
    return answer.found;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./picture-worker.js', import.meta.url));
    worker.unref();
    worker.on('message', (answer: PictureAnswer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    worker.on('error', error => {
      for (const [id, resolve] of this.#waiting) resolve({id, error: error.message});
      this.#waiting.clear();
      this.#worker = undefined;
    });
    return worker;
  }
}
