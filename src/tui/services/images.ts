import {programFile} from '../../util/package-file.js';
import {inThread, Worker} from '../../util/worker.js';
import type {FoundImage, ImageQuestion} from './image-worker.js';

/** Reads images of runs in a thread of its own, which begins with the first one asked for. */
export class Images {
  readonly #cacheFolder: string;
  readonly #thread = new Worker<ImageQuestion, FoundImage[]>(
    inThread(programFile('tui/services/image-worker.js')),
  );

  constructor(cacheFolder: string) {
    this.#cacheFolder = cacheFolder;
  }

  /** The encoded image that a run used. @param run Path of its folder. */
  async read(run: string, file: string): Promise<Buffer> {
    const [answer] = await this.#thread.ask({
      source: {run},
      wanted: {file},
      cacheFolder: this.#cacheFolder,
    });
    if (answer === undefined) throw new Error(`${file} was not found.`);
    return Buffer.from(answer.bytes);
  }

  /** Some images from all over the data of an experiment. */
  async examples(
    experiment: string,
    root: string | undefined,
    examples: number,
  ): Promise<readonly {readonly file: string; readonly bytes: Buffer}[]> {
    const answer = await this.#thread.ask({
      source: {experiment, root},
      wanted: {examples},
      cacheFolder: this.#cacheFolder,
    });
    return answer.map(({file, bytes}) => ({file, bytes: Buffer.from(bytes)}));
  }
}
