import {shortened} from '../../experiment/problems.js';
import {listed} from '../../util/format.js';
import {readPlainFile} from '../../util/safe-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import type {Affinities} from './grouping.js';

const FORM = '{"names": ["A", "B"], "matrix": [[0, 0.3], [0.1, 0]]}';
const ROWS = 'Rows are the heads that are affected, columns those that help.';

const MAX_BYTES = 10_000_000;

/** Reads a file as `readAffinities`. @throws UserError as there, and where it cannot be read. */
export async function readAffinityFile(file: string): Promise<Affinities> {
  let text: string;
  try {
    text = (await readPlainFile(file, MAX_BYTES)).toString();
  } catch (error) {
    throw new UserError(`${file}: the affinities cannot be read: ${messageOf(error)}.`, {
      hint: 'Name a JSON file with names and matrix, such as the affinity.json of a run.',
      cause: error,
    });
  }
  return readAffinities(text, file);
}

/**
 * Reads affinities between heads: the text of a run's `affinity.json`, or of a file of the same form.
 *
 * @param file For messages.
 * @throws UserError where the text is no square matrix of numbers with a name for each row.
 */
export function readAffinities(text: string, file: string): Affinities {
  const refuse = (problem: string, hint = `${ROWS} Expected: ${FORM}`): UserError =>
    new UserError(`${file}: ${problem}`, {hint});
  const value = parsed(text);
  if (value === undefined) throw refuse('this is not JSON.');
  if (typeof value !== 'object' || value === null) throw refuse('expected an object.');
  const {names, matrix} = value as {names?: unknown; matrix?: unknown};
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string'))
    throw refuse('names: expected a list of the heads.');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(`names: ${shortened(twice)} is there twice.`);
  if (names.length < 2)
    throw refuse(
      `names: expected two heads or more; received ${names.length}.`,
      'A single head has nothing to share a network with.',
    );
  if (!Array.isArray(matrix)) throw refuse('matrix: expected a list of rows.');
  const size = `${names.length} rows of ${names.length} numbers, as there are ${names.length} names`;
  if (matrix.length !== names.length)
    throw refuse(`matrix: expected ${size}; received ${matrix.length} rows.`);
  return {
    names,
    matrix: matrix.map((row: unknown, affected) => {
      const place = `matrix, row ${affected + 1} (${names[affected]})`;
      if (!Array.isArray(row) || row.length !== names.length)
        throw refuse(
          `${place}: expected ${size}; received ${Array.isArray(row) ? `${row.length} numbers` : 'no list'}.`,
        );
      return row.map((cell: unknown, helping) => {
        if (helping === affected) return 0;
        if (typeof cell === 'number' && Number.isFinite(cell)) return cell;
        throw refuse(
          `${place}, column ${helping + 1} (${names[helping]}): expected a number; received ${shortened(JSON.stringify(cell))}.`,
          cell === null
            ? 'The pair has no value, as where the gradient of a head was always 0. Measure it again with more batches, or without that head.'
            : undefined,
        );
      });
    }),
  };
}

/** A value of JSON, in which NaN and Infinity, that JSON does not have, are texts; undefined where it is none. */
function parsed(text: string): unknown {
  for (const json of [text, text.replaceAll(/-?\b(?:NaN|Infinity)\b/g, '"$&"')]) {
    try {
      return JSON.parse(json) as unknown;
    } catch {
      // Another program may have written numbers that JSON does not have.
    }
  }
  return undefined;
}

/**
 * The affinities in the order of an experiment's heads.
 *
 * @throws UserError where the names are not those of the heads.
 */
export function affinitiesOfHeads(
  {names, matrix}: Affinities,
  heads: readonly string[],
  file: string,
  experiment: string,
): Affinities {
  const missing = heads.filter(head => !names.includes(head));
  const surplus = names.filter(name => !heads.includes(name));
  if (missing.length + surplus.length > 0)
    throw new UserError(
      `${file}: its names are not the heads of ${experiment}. ${[
        ...(missing.length > 0 ? [`Missing: ${listed(missing, 'and')}.`] : []),
        ...(surplus.length > 0 ? [`Not among the heads: ${listed(surplus, 'and')}.`] : []),
      ].join(' ')}`,
      {
        hint: 'Name an experiment with these heads, set them with --set data.heads=[…], or measure affinities again (training.affinity).',
      },
    );
  const places = heads.map(head => names.indexOf(head));
  return {
    names: heads,
    matrix: places.map(affected => places.map(helping => matrix[affected]![helping]!)),
  };
}
