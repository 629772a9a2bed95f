import {classesOf, isMultiClass} from './classes.js';
import {crossChecks} from './cross-checks.js';
import {MEAN_OF_HEADS} from './expectations.js';
import {MEASURE_PARTS} from './expectation-form.js';
import {unknownKey} from './matrix.js';
import type {Scalar} from './value-schemas.js';
import {hasTestPart} from './parts.js';
import type {Problem} from './problems.js';
import type {ExperimentFile} from './schema.js';
import {knownTrials, roundsOf, searchDefaults} from './search-rounds.js';
import type {Dimension, Search, Trial} from './search-schema.js';
import {randomValues, spaceSize, valuesKey, type Values} from './search-space.js';
import {inSection, withValues, type Expansion, type Variant} from './variants.js';
import {nearest} from '../util/nearest.js';

type Source = Readonly<Record<string, unknown>>;
type FileWithSearch = ExperimentFile & {readonly search: Search};

const SPACE = ['search', 'space'];
const EPOCHS = 'training.epochs';

/** What a search measures, in its parts: `Smiling`, `validation` and `f1`. */
type Measure = {
  readonly head: string;
  readonly part: string;
  readonly metric: string;
};

/** The parts of a search's metric, which the schema has accepted. */
export function measureOf({metric: text}: Pick<Search, 'metric'>): Measure {
  const [, head = '', part = '', metric = ''] = MEASURE_PARTS.exec(text) ?? [];
  return {head, part, metric};
}

/** Makes the experiments of the trials that need no results, in their first round. */
export function expandSearch(file: FileWithSearch, source: Source): Expansion {
  const {search: _, ...base} = source;
  const {search, name, training} = file;
  const problems = searchProblems(file, base);
  if (problems.length > 0) return {variants: [], problems};
  const variants: Variant[] = [];
  const taken = new Set<string>();
  for (let number = 1; number <= knownTrials(search); number++) {
    const values = randomValues(search, number, drawn => taken.has(valuesKey(drawn)));
    if (values === undefined) break;
    taken.add(valuesKey(values));
    const trial = {number, round: 0, epochs: training.epochs, search, base: {...base, name}};
    const expansion = trialExperiment(trial, values);
    variants.push(...expansion.variants);
    problems.push(...expansion.problems);
  }
  return {variants, problems};
}

/** The experiment of a trial in its round, or what is wrong with it. @param values Of the space's keys. */
export function trialExperiment(trial: Trial, values: Values): Expansion {
  const {base, number, round, epochs, search} = trial;
  const {method, runs} = search;
  const ofRound = roundsOf(search, epochs)[round]?.epochs ?? epochs;
  const isHalving = method === 'halving';
  const digits = String(runs).length;
  const name = `${String(base['name'])}.${String(number).padStart(digits, '0')}${isHalving ? `.epochs-${ofRound}` : ''}`;
  const all = isHalving ? {...values, [EPOCHS]: ofRound} : values;
  const {variants, problems} = withValues(base, name, all, SPACE);
  const contradictions = variants.flatMap(({experiment}) =>
    inSection(crossChecks(experiment), all, SPACE),
  );
  return {
    variants: variants.map(variant => ({...variant, trial})),
    problems: [...problems, ...contradictions],
  };
}

function searchProblems(file: FileWithSearch, base: Source): Problem[] {
  const {search, matrix} = file;
  if (matrix !== undefined) {
    const message =
      'A file has a matrix or a search, not both. Move the keys of the matrix into search.space, as lists of choices.';
    return [{path: ['search'], message, atKey: true}];
  }
  const keys = keyProblems(search);
  if (keys.length > 0) return keys;
  return [
    ...methodProblems(file),
    ...metricProblems(file),
    ...Object.entries(search.space).flatMap(([key, dimension]) =>
      limitsOf(dimension).flatMap(
        value => withValues(base, file.name, {[key]: value}, SPACE).problems,
      ),
    ),
  ];
}

/** The values of a dimension that show whether all of them are valid. */
function limitsOf(dimension: Dimension): readonly Scalar[] {
  return Array.isArray(dimension) ? dimension : Object.values(dimension).flat();
}

const SEEDS = ['training.seed', 'data.seed'];

function keyProblems({method, space}: Search): Problem[] {
  const keys = Object.keys(space);
  if (keys.length === 0)
    return [{path: SPACE, message: 'The space is empty. Expected at least one key.'}];
  return keys.flatMap((key): Problem[] => {
    const path = [...SPACE, key];
    if (SEEDS.includes(key)) {
      const message = `${key} is no setting to choose: the best of several seeds is luck. For several seeds of each trial, set search.repeat.`;
      return [{path, message, atKey: true}];
    }
    if (method === 'halving' && key === EPOCHS) {
      const message =
        'Halving chooses the epochs itself. Expected another key; training.epochs of the file are those of the last round.';
      return [{path, message, atKey: true}];
    }
    return unknownKey(key, SPACE);
  });
}

function methodProblems({search, training}: FileWithSearch): Problem[] {
  const {method, runs, startup, eta, space} = search;
  const problems: Problem[] = [];
  if (startup !== undefined && method !== 'tpe')
    problems.push(needsMethod('startup', 'tpe', method));
  if (eta !== undefined && method !== 'halving')
    problems.push(needsMethod('eta', 'halving', method));
  const size = spaceSize(space);
  if (runs > size) {
    const message = `The space has only ${size} different trials. Expected at most ${size}; received ${runs}. To train all of them, use a matrix.`;
    problems.push({path: ['search', 'runs'], message});
  }
  const factor = eta ?? searchDefaults.eta;
  if (method === 'halving' && runs < 2 * factor) {
    const message = `Halving with eta ${factor} needs ${2 * factor} trials or more, so that two reach the last round. Received ${runs}.`;
    problems.push({path: ['search', 'runs'], message});
  }
  if (method === 'halving' && training.epochs < factor) {
    const message = `Halving with eta ${factor} needs ${factor} epochs or more for its last round. Received ${training.epochs}.`;
    problems.push({path: ['training', 'epochs'], message});
  }
  return problems;
}

function needsMethod(key: string, method: string, received: string): Problem {
  const message = `search.${key} is for method: ${method}. Received method ${received}.`;
  return {path: ['search', key], message, atKey: true};
}

/** Metrics that a head with more than two classes has. */
const CLASS_METRICS = ['loss', 'accuracy', 'balancedAccuracy', 'f1'];

function metricProblems({search, data}: FileWithSearch): Problem[] {
  const {head, part, metric} = measureOf(search);
  const path = ['search', 'metric'];
  if (part !== 'validation') {
    const reason =
      part === 'test'
        ? 'A search must not choose on the test part: the best of many results is too good, and nothing would be left to measure it on.'
        : 'A search must not choose on the training part: the network that learns it by heart would win.';
    return [{path, message: `${reason} Expected ${head}.validation.${metric}.`}];
  }
  if (!hasTestPart(data.split)) {
    const message =
      'A search chooses on the validation part, so the verdict needs a test part, which this split does not have. Expected data.split.test.';
    return [{path: ['data', 'split'], message}];
  }
  if (head !== MEAN_OF_HEADS && !data.heads.includes(head)) {
    const message = `${head} is not a head of this experiment. Expected one of ${data.heads.join(', ')}, or ${MEAN_OF_HEADS}.`;
    return [{path, message, suggestion: nearest(head, data.heads)}];
  }
  const many = (head === MEAN_OF_HEADS ? data.heads : [head]).find(name =>
    isMultiClass(classesOf(data, name).length),
  );
  if (many === undefined || CLASS_METRICS.includes(metric)) return [];
  const message = `${metric} needs two classes, and ${many} has more. Expected one of ${CLASS_METRICS.join(', ')}.`;
  return [{path, message}];
}
