import {Document, Scalar, visit} from 'yaml';
import {escaped, printable} from '../util/format.js';
import {readPlainFile, readPlainFileSync} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {parseMade} from './parse.js';
import type {Experiment} from './schema.js';

/**
 * The resolved definition as YAML, every default filled in, keys in the order of the schema. It may
 * be printed: what a terminal could obey stands in quotes, as `\u009b`.
 */
export function stringifyExperiment(experiment: Experiment): string {
  const document = new Document(experiment, {aliasDuplicateObjects: false});
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && printable(node.value) !== node.value)
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escaped(document.toString({lineWidth: 100}));
}

/**
 * Reads the definition in a run's folder.
 *
 * @throws UserError where it cannot be read, is a link or no file, or makes no sense any more.
 */
export async function readResolved(file: string): Promise<Experiment> {
  const bytes = await readPlainFile(file, MAX_BYTES).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  return parseResolved(bytes.toString(), file);
}

/** As `readResolved`, for a caller that cannot wait. */
export function readResolvedSync(file: string): Experiment {
  let bytes: Buffer;
  try {
    bytes = readPlainFileSync(file, MAX_BYTES);
  } catch (error) {
    throw unreadable(file, error);
  }
  return parseResolved(bytes.toString(), file);
}

function unreadable(file: string, error: unknown): UserError {
  return new UserError(`${file}: the run's definition cannot be read: ${messageOf(error)}.`, {
    hint: 'Put the definition back, or start the experiment anew.',
    exitCode: 1,
    cause: error,
  });
}

/** A hundred times what a long definition takes. */
const MAX_BYTES = 1_000_000;

/** Reads what `stringifyExperiment` wrote. @throws UserError where somebody changed it into nonsense. */
export function parseResolved(text: string, path: string): Experiment {
  const [variant] = parseMade(text, path).variants;
  if (variant === undefined) throw new Error(`${path} holds no experiment.`);
  return variant.experiment;
}
