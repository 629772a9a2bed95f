import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseExperiment} from '../../src/experiment/parse.js';
import {parseResolved, stringifyExperiment} from '../../src/experiment/stringify.js';
import {makeFolder} from '../../src/runs/create-run.js';
import {seededRandom} from '../../src/util/random.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const withHeads = (...heads: string[]): string =>
  tinyYaml.replace('[Male, Smiling]', JSON.stringify(heads));

/** What Windows refuses, as its documentation lists it. */
function isNameOnWindows(name: string): boolean {
  const stem = name.split('.')[0] ?? '';
  return (
    path.win32.basename(name) === name &&
    // eslint-disable-next-line no-control-regex
    !/[<>:"/\\|?*\u0000-\u001f]/.test(name) &&
    !/[. ]$/.test(name) &&
    !/^(con|prn|aux|nul|com\d|lpt\d)$/i.test(stem)
  );
}

describe('a name that becomes a folder', () => {
  it.each(['con', 'NUL', 'Aux', 'prn', 'COM1', 'lpt9'])(
    'is refused as a head where Windows has it for a device: %s',
    head => {
      const {message, exitCode} = failureOf(withHeads('Male', head));
      expect(message).toContain('data.heads[1]');
      expect(message).toContain(`Windows reserves the name ${head} for a device`);
      expect(exitCode).toBe(2);
    },
  );

  it('is refused where two heads differ only in case', () => {
    const {message} = failureOf(withHeads('Male', 'Smiling', 'MALE'));
    expect(message).toContain('data.heads[2]');
    expect(message).toContain('Male and MALE differ only in case');
  });

  it('is allowed to hold such a word', () => {
    expect(() => failureOf(withHeads('console', 'nul_1', 'com'))).toThrow('It was accepted.');
  });

  it('is refused where a file system could not hold it, counted in bytes', () => {
    const name = '가'.repeat(100);
    expect(failureOf(tinyYaml.replace('name: tiny', `name: ${name}`)).message).toContain(
      'Expected at most 200 bytes; received 300',
    );
  });

  it('is still read from the definition of a run that was made before', () => {
    const [experiment] = [tinyExperiment()];
    const made = {...experiment, data: {...experiment.data, heads: ['con', 'CON']}};
    expect(parseResolved(stringifyExperiment(made), 'experiment.yaml')).toEqual(made);
  });

  it('of an experiment is safe on Windows as part of the name of a run', async () => {
    const runs = temporaryFolder();
    const random = seededRandom(5);
    const letters = fc.constantFrom(...'aZ9._-가é'.split(''), 'con', 'nul.', '..', 'COM1');
    const names = fc
      .array(letters, {minLength: 1, maxLength: 12})
      .map(parts => `a${parts.join('')}`.slice(Math.floor(random() * 2)))
      .filter(name => /^[\p{L}\p{N}]/u.test(name));
    await fc.assert(
      fc.asyncProperty(names, async name => {
        const {name: accepted} = tinyExperiment(`name=${JSON.stringify(name)}`);
        const {id} = await makeFolder(runs, accepted, new Date(0), random);
        expect(isNameOnWindows(id), id).toBe(true);
      }),
      {seed: 1, numRuns: 200},
    );
  });
});

describe('a long name with a matrix', () => {
  const named = (length: number): string =>
    `${tinyYaml.replace('name: tiny', `name: ${'n'.repeat(length)}`)}matrix: {training.optimizer.adam.learningRate: [0.001, 0.0001], training.batchSize: [8, 16]}\n`;

  it('is refused as the name of a run, with what the file may be called', () => {
    const {message} = failureOf(named(100));
    expect(message).toMatch(
      /^tiny\.yaml:1:7: name: The name of a run, this name with the values of the matrix, is too long/,
    );
    const most = Number(/a name of at most (\d+)/.exec(message)?.[1]);
    expect(most).toBeGreaterThan(80);
    expect(() => parseExperiment(named(most), 'tiny.yaml')).not.toThrow();
    expect(failureOf(named(most + 1)).message).toContain('The name of a run, this name');
  });
});
