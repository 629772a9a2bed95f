import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseExperiment} from '../../src/experiment/parse.js';
import {parseResolved, stringifyExperiment} from '../../src/experiment/stringify.js';
import {UserError} from '../../src/util/user-error.js';
import {unsafeCharacters} from '../helpers/fuzz/hostile-text.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';

describe('an experiment file that means harm', () => {
  it('cannot use the names of a prototype as keys or heads', () => {
    const weights = (name: string) =>
      failureOf(tinyYaml.replace('seed: 3}', `seed: 3, lossWeights: {${name}: 2}}`)).message;
    expect(weights('__proto__')).toContain('This name is not allowed for a key');
    expect(weights('constructor')).toContain('an attribute name');
    expect(failureOf(tinyYaml.replace('[Male,', '[__proto__,')).message).toContain('data.heads[0]');
  });

  it.each([
    ['ten thousand brackets', '['.repeat(10_000), 'The value is nested too deeply'],
    ['closed ones', '['.repeat(1000) + ']'.repeat(1000), 'The value is nested too deeply'],
    ['maps in maps', '{a: '.repeat(60) + '1' + '}'.repeat(60), 'The value is nested too deeply'],
    ['twenty thousand keys', numbered(20_000, index => `k${index}: 1`), 'and 19998 more'],
    ['a megabyte', 'x'.repeat(1_000_000), 'too long for an experiment'],
    [
      'an expectation that would take minutes to match',
      `${tinyYaml}expect: ["Male.validation.accuracy >= ${'1'.repeat(150_000)}x"]\n`,
      'Expected at most 200 characters',
    ],
    ['a second document', `${tinyYaml}---\nname: b\n`, 'A second document starts here'],
    ['an older YAML', `%YAML 1.1\n---\n${tinyYaml}`, 'declares YAML 1.1'],
    ['an alias of nothing', tinyYaml.replace('epochs: 2', 'epochs: *none'), ':14:20'],
    ['bytes as a key', `${tinyYaml}? !!binary AAAA\n: 1\n`, 'Unresolved tag'],
    ['a set', `${tinyYaml}matrix: !!set {a}\n`, 'Unresolved tag'],
    ['a list as a key', `${tinyYaml}? [a]\n: 1\n`, 'A key must be text'],
    ['bytes', '\u0000\u0001', 'Expected a map with name'],
  ])('is refused at once: %s', (_what, text, message) => {
    const error = failureOf(text);
    expect(error.message).toContain(message);
    expect(error.message.length).toBeLessThan(5000);
  });

  it('is read or refused with a clear error, however it is changed', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      '- ',
      '\n',
      '\t',
      '&a ',
      '*a',
      '!!map ',
    );
    const more = fc.constantFrom(
      '.nan',
      '-1',
      '1e99',
      '__proto__: 1',
      '? ',
      '"',
      "'",
      '#',
      '\u0000',
    );
    const change = fc.record({
      at: fc.nat(tinyYaml.length),
      cut: fc.nat(6),
      put: fc.oneof(pieces, more, fc.string({maxLength: 3})),
    });
    fc.assert(
      fc.property(fc.array(change, {minLength: 1, maxLength: 4}), changes => {
        const text = changes.reduce(
          (current, {at, cut, put}) => current.slice(0, at) + put + current.slice(at + cut),
          tinyYaml,
        );
        try {
          const {variants} = parseExperiment(text, 'tiny.yaml');
          for (const {experiment} of variants)
            expect(parseResolved(stringifyExperiment(experiment), 'x')).toEqual(experiment);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as UserError).message).toMatch(/^tiny\.yaml(:\d+:\d+)?: /);
        }
      }),
      {seed: 11, numRuns: 1500},
    );
  });

  it('keeps any description whole when it is written and read', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 80}), description => {
        const experiment = {...tinyExperiment(), description};
        expect(parseResolved(stringifyExperiment(experiment), 'x')).toEqual(experiment);
      }),
      {seed: 5, numRuns: 500, examples: [['yes'], ['~'], ['0x1'], [' - a: b '], ['\u001b[31m']]},
    );
  });
});

describe('the definition that a run keeps', () => {
  it('does nothing to a terminal that prints it, and means the same', () => {
    const description = 'a\u009b31m\u202eb\u001b[2J\u2028\u007f';
    const experiment = {...tinyExperiment(), description};
    const text = stringifyExperiment(experiment);
    expect(unsafeCharacters(text)).toEqual([]);
    expect(parseResolved(text, 'x')).toEqual(experiment);
  });
});

describe('a --set of ten thousand characters', () => {
  it.each([
    'x'.repeat(10_000),
    `${'x'.repeat(10_000)}=1`,
    `training.epochs=${'1'.repeat(10_000)}x`,
  ])('is not repeated whole in the message', text =>
    expect(failureOf(tinyYaml, text).message.length).toBeLessThan(1000),
  );
});

function numbered(count: number, line: (index: number) => string): string {
  return Array.from({length: count}, (_, index) => line(index))
    .join('\n')
    .slice(0, 199_000);
}
