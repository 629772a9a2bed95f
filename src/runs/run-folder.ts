import path from 'node:path';

/** Paths of a run's files. No other code names them. */
export class RunFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = path.resolve(folder);
  }

  get id(): string {
    return path.basename(this.path);
  }
  get experiment(): string {
    return path.join(this.path, 'experiment.yaml');
  }
  get info(): string {
    return path.join(this.path, 'run.json');
  }
  get events(): string {
    return path.join(this.path, 'events.jsonl');
  }
  get metrics(): string {
    return path.join(this.path, 'metrics.csv');
  }
  get summary(): string {
    return path.join(this.path, 'summary.txt');
  }
  get predictions(): string {
    return path.join(this.path, 'predictions.csv');
  }
  /** `report` writes it on request. */
  get report(): string {
    return path.join(this.path, 'report.html');
  }
  get trainerLog(): string {
    return path.join(this.path, 'trainer.log');
  }
  get checkpoints(): string {
    return path.join(this.path, 'checkpoints');
  }
  /** There while a trainer works on the run. */
  get lock(): string {
    return path.join(this.path, 'trainer.lock');
  }
  get tensorboard(): string {
    return path.join(this.path, 'tensorboard');
  }
  /** The event files of one split, `train` or `validation`. */
  tensorboardPart(split: string): string {
    return path.join(this.tensorboard, split);
  }
  /** The best weights, a folder for each model. */
  get models(): string {
    return path.join(this.path, 'models');
  }
  /** Single-head models, made on demand. */
  get split(): string {
    return path.join(this.path, 'split');
  }
  /** Models for other programs, made on demand: a folder for each format. */
  get exports(): string {
    return path.join(this.path, 'export');
  }
  exported(format: string): string {
    return path.join(this.exports, format);
  }
  /** @throws Error where the name, which may be from a log that somebody changed, is a path. */
  model(name: string): string {
    if (/[\\/:\0]|^\.{0,2}$/.test(name)) throw new Error(`${name} is not the name of a model`);
    return path.join(this.models, name);
  }
}
