import path from 'node:path';
import {UserError} from '../util/user-error.js';

class Folder {
  readonly path: string;
  readonly id: string;

  constructor(folder: string) {
    this.path = path.resolve(folder);
    this.id = path.basename(this.path);
  }

  /** As `path.join` without normalizing again: thousands of runs have a dozen paths each. */
  protected at(name: string): string {
    return `${this.path}${path.sep}${name}`;
  }
}

/** Paths of a run's files. No other code names them. */
export class RunFolder extends Folder {
  readonly experiment = this.at('experiment.yaml');
  readonly info = this.at('run.json');
  readonly events = this.at('events.jsonl');
  /** Tags, note and pin, which people give to the run. */
  readonly notes = this.at('notes.json');
  readonly metrics = this.at('metrics.csv');
  readonly summary = this.at('summary.txt');
  readonly predictions = this.at('predictions.csv');
  /** Exists where the definition has slices. */
  readonly slices = this.at('slices.csv');
  /** How the heads affect each other; exists with `training.affinity`. */
  readonly affinity = this.at('affinity.json');
  /** `report` writes it on request. */
  readonly report = this.at('report.html');
  readonly trainerLog = this.at('trainer.log');
  readonly checkpoints = this.at('checkpoints');
  /** Exists while a trainer works on the run. */
  readonly lock = this.at('trainer.lock');
  readonly tensorboard = this.at('tensorboard');
  /** The best weights, a folder for each model. */
  readonly models = this.at('models');
  /** Single-head models, made on demand. */
  readonly split = this.at('split');
  /** Models for other programs, made on demand: a folder for each format. */
  readonly exports = this.at('export');

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

/**
 * Finds what an id, or the beginning of only one id, names; undefined where it fits none. Of several
 * with the same id it finds the first.
 *
 * @throws UserError where several ids begin like this.
 */
export function findById<T>(
  name: string,
  items: readonly T[],
  idOf: (item: T) => string,
): T | undefined {
  const exact = items.find(item => idOf(item) === name);
  if (exact !== undefined) return exact;
  const ids = new Set(items.map(idOf).filter(id => id.startsWith(name)));
  if (ids.size <= 1) return items.find(item => ids.has(idOf(item)));
  throw new UserError(
    `${name}: ${ids.size} runs begin like this: ${[...ids].slice(0, 5).join(', ')}.`,
    {hint: 'Use a longer prefix.'},
  );
}
