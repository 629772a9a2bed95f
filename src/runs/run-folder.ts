import path from 'node:path';

/** Paths of a run's files. No other code names them. */
export class RunFolder {
  readonly path: string;
  readonly id: string;
  readonly experiment: string;
  readonly info: string;
  readonly events: string;
  readonly metrics: string;
  readonly summary: string;
  readonly predictions: string;
  /** `report` writes it on request. */
  readonly report: string;
  readonly trainerLog: string;
  readonly checkpoints: string;
  /** Exists while a trainer works on the run. */
  readonly lock: string;
  readonly tensorboard: string;
  /** The best weights, a folder for each model. */
  readonly models: string;
  /** Single-head models, made on demand. */
  readonly split: string;
  /** Models for other programs, made on demand: a folder for each format. */
  readonly exports: string;

  constructor(folder: string) {
    this.path = path.resolve(folder);
    this.id = path.basename(this.path);
    const at = (name: string): string => path.join(this.path, name);
    this.experiment = at('experiment.yaml');
    this.info = at('run.json');
    this.events = at('events.jsonl');
    this.metrics = at('metrics.csv');
    this.summary = at('summary.txt');
    this.predictions = at('predictions.csv');
    this.report = at('report.html');
    this.trainerLog = at('trainer.log');
    this.checkpoints = at('checkpoints');
    this.lock = at('trainer.lock');
    this.tensorboard = at('tensorboard');
    this.models = at('models');
    this.split = at('split');
    this.exports = at('export');
  }

  /** The event files of one split, `train` or `validation`. */
  tensorboardPart(split: string): string {
    return path.join(this.tensorboard, split);
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
