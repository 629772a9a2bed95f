import v8 from 'node:v8';
import {readOfBuild, writeOfBuild} from '../util/build-cache.js';
import {hasBackboneFile} from './backbone-file.js';
import {parseExperiment, type ParsedExperiment} from './parse.js';

const FILE = 'experiments';
/** A matrix may have a thousand variants, which are parsed as fast as they are read. */
const MAX_BYTES = 2_000_000;

type Entry = {
  readonly text: string;
  readonly path: string;
  readonly overrides: readonly string[];
  readonly parsed: ParsedExperiment;
};

/**
 * Parses the experiments of a list, or takes what this build of the program has made of the same text
 * before: to read YAML and to check it takes most of the time of a list.
 */
export class ParsedCache {
  readonly #env: NodeJS.ProcessEnv;
  readonly #earlier: readonly Entry[];
  readonly #used: Entry[] = [];
  #isNew = false;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.#env = env;
    const bytes = readOfBuild(env, FILE);
    this.#earlier = bytes === undefined ? [] : (v8.deserialize(bytes) as readonly Entry[]);
  }

  /** @throws UserError as `parseExperiment`. */
  parse(text: string, path: string, overrides: readonly string[]): ParsedExperiment {
    const earlier = this.#earlier.find(
      entry =>
        entry.path === path &&
        entry.text === text &&
        entry.overrides.join('\n') === overrides.join('\n') &&
        !entry.parsed.variants.some(({experiment}) => hasBackboneFile(experiment)),
    );
    this.#isNew ||= earlier === undefined;
    const entry = earlier ?? {
      text,
      path,
      overrides,
      parsed: parseExperiment(text, path, overrides),
    };
    this.#used.push(entry);
    return entry.parsed;
  }

  /** Keeps what was parsed since the cache was opened, and nothing else. */
  save(): void {
    if (!this.#isNew) return;
    const bytes = v8.serialize(this.#used);
    if (bytes.length <= MAX_BYTES) writeOfBuild(this.#env, FILE, bytes);
  }
}
