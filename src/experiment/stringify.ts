import {Document, Scalar, visit} from 'yaml';
import {escaped, printable} from '../util/format.js';
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

/** Reads what `stringifyExperiment` wrote. @throws UserError where somebody changed it into nonsense. */
export function parseResolved(text: string, path: string): Experiment {
  const [variant] = parseMade(text, path).variants;
  if (variant === undefined) throw new Error(`${path} holds no experiment.`);
  return variant.experiment;
}
