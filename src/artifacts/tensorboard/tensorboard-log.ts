import {readResolved} from '../../experiment/stringify.js';
import {isShared} from '../../model/answering.js';
import type {EventOf, RunEvent, SplitMetrics} from '../../runs/events.js';
import type {RunFolder} from '../../runs/run-folder.js';
import {hasResult} from '../../runs/status.js';
import {EventFile, type FileOrigin, type SummaryValue} from './event-file.js';
import {sessionEnd, sessionStart} from './hparams.js';

type Files = {
  readonly hparams: EventFile;
  readonly train: EventFile;
  readonly validation: EventFile;
};

/**
 * Writes a run's events for TensorBoard as they happen. `train/` and `validation/` have the same tags, so
 * that they share a chart; `hparams` are in the folder itself. The step is the epoch.
 */
export class TensorBoardLog {
  readonly #folder: RunFolder;
  readonly #host: string;
  #files: Files | undefined;
  #models: EventOf<'run.started'>['models'] = [];

  /** @param host Part of the files' names. */
  constructor(folder: RunFolder, host: string) {
    this.#folder = folder;
    this.#host = host.replaceAll(/[^\w.-]/g, '_');
  }

  take(event: RunEvent): void {
    const seconds = Date.parse(event.at) / 1000;
    switch (event.type) {
      case 'run.started':
        return this.#start(event, seconds);
      case 'epoch.ended':
        return this.#epoch(event, seconds);
      case 'run.finished':
      case 'run.failed': {
        const isGood = event.type === 'run.finished' && hasResult(event.status);
        this.#files?.hparams.write(0, seconds, [
          sessionEnd(isGood ? 'success' : 'failure', seconds),
        ]);
        return this.#close();
      }
      default:
        return;
    }
  }

  #start({pid, models}: EventOf<'run.started'>, startedSeconds: number): void {
    this.#models = models;
    const experiment = readResolved(this.#folder.experiment);
    const origin: FileOrigin = {startedSeconds, host: this.#host, pid};
    const {tensorboard} = this.#folder;
    const ofSplit = (split: 'train' | 'validation'): EventFile =>
      new EventFile(this.#folder.tensorboardPart(split), origin);
    this.#files = {
      hparams: new EventFile(tensorboard, origin),
      train: ofSplit('train'),
      validation: ofSplit('validation'),
    };
    const start = sessionStart(experiment, this.#folder.id, startedSeconds);
    this.#files.hparams.write(0, startedSeconds, [start]);
  }

  #epoch(event: EventOf<'epoch.ended'>, seconds: number): void {
    const {model, epoch, train, validation, weights, learningRate, imagesPerSecond} = event;
    this.#files?.train.write(epoch, seconds, [
      ...this.#scalars(model, train),
      ...Object.entries(weights ?? {}).map(([head, weight]) => ({
        tag: `${this.#nameOf(head, model)}/weight`,
        simpleValue: weight,
      })),
      {tag: `${model}/learning_rate`, simpleValue: learningRate},
      {tag: `${model}/images_per_second`, simpleValue: imagesPerSecond},
    ]);
    this.#files?.validation.write(epoch, seconds, this.#scalars(model, validation));
  }

  /** Returns loss and accuracy of each head, and the total loss where there are several. */
  #scalars(model: string, {loss, heads}: SplitMetrics): SummaryValue[] {
    const each = Object.entries(heads).flatMap(([head, metrics]) => {
      const name = this.#nameOf(head, model);
      return [
        {tag: `${name}/loss`, simpleValue: metrics.loss},
        {tag: `${name}/accuracy`, simpleValue: metrics.accuracy},
      ];
    });
    return model in heads ? each : [...each, {tag: `${model}/loss`, simpleValue: loss}];
  }

  /** The first part of a head's tags: with the network where several have the head. */
  #nameOf(head: string, model: string): string {
    return head !== model && isShared(this.#models, head) ? `${model}/${head}` : head;
  }

  #close(): void {
    for (const file of Object.values(this.#files ?? {})) file.close();
    this.#files = undefined;
  }
}
