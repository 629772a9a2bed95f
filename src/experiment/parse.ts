import {readDocument, type SourceDocument} from './document.js';
import {crossChecks, fileNameProblems} from './cross-checks.js';
import {expandMatrix} from './matrix.js';
import {WITHOUT_JIT} from './value-schemas.js';
import {applyOverrides, parseOverride, withoutDecidedAxes, type Override} from './overrides.js';
import {problemsError, type Problem} from './problems.js';
import {ExperimentFile, type Experiment} from './schema.js';
import {expandSearch} from './search.js';
import {problemsOf} from './validate.js';
import {inSection, sectionOf, type Variant} from './variants.js';

export type ParsedExperiment = {
  readonly file: ExperimentFile;
  /** Path of the file, for messages. */
  readonly path: string;
  /**
   * One per combination of the matrix, or per trial of the search that needs no results; a single one
   * without either.
   */
  readonly variants: readonly Variant[];
};

/**
 * Reads and checks an experiment.
 *
 * @param overrides Texts of `--set KEY=VALUE`, checked like the file. An override of the key of a
 *   matrix axis removes that axis.
 * @throws UserError with the place, line, expectation and nearest valid name of every problem.
 */
export function parseExperiment(
  text: string,
  path: string,
  overrides: readonly string[] = [],
): ParsedExperiment {
  return parse(text, path, overrides, experiment => [
    ...crossChecks(experiment),
    ...fileNameProblems(experiment),
  ]);
}

/**
 * Reads the definition of an existing run, whose names may be older than their check, and the file of whose
 * backbone may be gone.
 */
export function parseRunDefinition(text: string, path: string): ParsedExperiment {
  return parse(text, path, [], experiment =>
    crossChecks(experiment).filter(problem => !isOfBackbone(problem)),
  );
}

function isOfBackbone({path}: Problem): boolean {
  return path[0] === 'model' && path[1] === 'backbone';
}

function parse(
  text: string,
  path: string,
  overrides: readonly string[],
  check: (experiment: Experiment) => readonly Problem[],
): ParsedExperiment {
  const document = readDocument(text, path);
  const set = overrides.map(parseOverride);
  const value =
    set.length === 0
      ? document.value
      : applyOverrides(withoutDecidedAxes(document.value, set), set);
  const parsed = ExperimentFile.safeParse(value ?? {}, WITHOUT_JIT);
  if (!parsed.success) throw located(document, problemsOf(parsed.error, value), set);
  const {data: file} = parsed;
  const {search} = file;
  const source = value as Record<string, unknown>;
  const {variants, problems} =
    search === undefined ? expandMatrix(file, source) : expandSearch({...file, search}, source);
  const contradictions = variants.flatMap(({experiment, variant}) =>
    inSection(check(experiment), variant, sectionOf(file)),
  );
  const all = [...problems, ...contradictions];
  if (all.length > 0) throw located(document, distinct(all), set);
  return {file, path, variants};
}

function located(
  document: SourceDocument,
  problems: readonly Problem[],
  overrides: readonly Override[],
): Error {
  const placed = problems.map(problem => {
    const override = overrides.find(({path}) =>
      path.every((key, index) => problem.path[index] === key),
    );
    if (override === undefined)
      return {...problem, place: document.placeOf(problem.path, problem.atKey)};
    return {
      ...problem,
      message: `(from --set ${override.text}) ${problem.message}`,
      place: undefined,
    };
  });
  return problemsError(document.file, document.lines, placed);
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map(problem => [JSON.stringify(problem), problem])).values()];
}
