import {Document, Scalar, visit} from 'yaml';
import {escaped, printable} from '../util/format.js';
import {readPlainFileSync} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {parseRunDefinition} from './parse.js';
import type {Experiment} from './schema.js';

/**
 * The resolved definition as YAML with every default, keys in the order of the schema. Control
 * characters are quoted as `\u009b`, so it is safe to print.
 */
export function stringifyExperiment(experiment: Experiment): string {
  return experimentWriter()(experiment);
}

/**
 * Returns a `stringifyExperiment` that writes a part once which several experiments have in common: a
 * submission to a cluster has a thousand definitions, which differ in their seeds.
 */
export function experimentWriter(): (experiment: Experiment) => string {
  const texts = new Map<string, string>();
  return experiment =>
    Object.entries(experiment)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => {
        const part = JSON.stringify([key, value]);
        const text = texts.get(part) ?? stringifyPart({[key]: value});
        texts.set(part, text);
        return text;
      })
      .join('');
}

function stringifyPart(part: Readonly<Record<string, unknown>>): string {
  const document = new Document(part, {aliasDuplicateObjects: false});
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
 * @throws UserError where it is no readable file or not valid.
 */
export function readResolved(file: string): Experiment {
  let bytes: Buffer;
  try {
    bytes = readPlainFileSync(file, MAX_BYTES);
  } catch (error) {
    throw new UserError(`${file}: the run's definition cannot be read: ${messageOf(error)}.`, {
      hint: 'Restore the definition, or start the experiment again.',
      exitCode: 1,
      cause: error,
    });
  }
  return parseResolved(bytes.toString(), file);
}

/** A hundred times the size of a long definition. */
const MAX_BYTES = 1_000_000;

/** Reads the text of `stringifyExperiment`. @throws UserError where it is not valid any more. */
export function parseResolved(text: string, path: string): Experiment {
  const [variant] = parseRunDefinition(text, path).variants;
  if (variant === undefined) throw new Error(`${path} holds no experiment.`);
  return variant.experiment;
}
