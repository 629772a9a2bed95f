import {describe, expect, it} from 'vitest';
import {configHash} from '../../src/experiment/config-hash.js';
import {parseExperiment} from '../../src/experiment/parse.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {parseResolved, stringifyExperiment} from '../../src/experiment/stringify.js';
import {leastMemory} from '../../src/model/memory.js';
import {modelPlans} from '../../src/model/plan.js';
import {experimentParameters, layerTable} from '../../src/model/shapes.js';
import {failureOf, tinyYaml} from '../helpers/experiments.js';

const HEADS = '[Male, Smiling, Young]';
const text = tinyYaml.replace('[Male, Smiling]', HEADS).replace('multi-output', 'grouped');

/** The tiny experiment with three heads in groups; overrides as in `--set`. */
function grouped(groups: string, ...overrides: string[]): Experiment {
  const set = [`model.groups=${groups}`, ...overrides];
  return parseExperiment(text, 'tiny.yaml', set).variants[0]!.experiment;
}

/** The message for lines below `model:`. */
function messageFor(...lines: string[]): string {
  const written = lines.map(line => `  ${line}\n`).join('');
  return failureOf(text.replace('kind: grouped\n', `kind: grouped\n${written}`)).message;
}

describe('groups that do not divide the heads', () => {
  it.each([
    [
      '[[Male, Smilling], [Young]]',
      ':9:19: model.groups[0][1]: Smilling is not a head',
      'Smiling?',
    ],
    ['Male + Smilling | Young', ':9:11', 'Smilling is not a head of this experiment'],
    ['[[Male, Smiling]]', ':9:11', 'Young is in no group. Add it to a group, or make it a group.'],
    ['[[Male]]', ':9:11', 'Smiling, Young are in no group. Add them to a group'],
    ['[[Male, Smiling, Male], [Young]]', ':9:28', 'Male is twice in group 1. Expected each head'],
    ['[[Male, Smiling, Young], []]', ':9:36', 'Group 2 is empty. Expected at least one of Male'],
    ['Male + Smiling + Young |', ':9:11', 'Group 2 is empty'],
    ['[]', ':9:11', 'Group 1 is empty'],
    [
      '[[Male, Young], [Smiling], [Young, Male]]',
      ':9:38',
      'Groups 1 and 3 are equal: Young + Male',
    ],
    ['Male | Smiling | Young | Male + Young', ':9:11', 'There are 4 groups for 3 heads'],
    ['[[Male, Young], [Smiling], [Young]]', ':9:38', 'Group 3, Young, answers no head'],
    ['3', ':9:11', 'Expected string or list; received 3'],
    ['[[Male + Young]]', ':9:13', 'an attribute name'],
  ])('are named with their line and what to do: %s', (groups, place, message) => {
    const error = messageFor(`groups: ${groups}`);
    expect(error).toContain(`tiny.yaml${place}`);
    expect(error).toContain(message);
  });

  it('are named at the axis of a matrix that has them', () => {
    const matrix =
      "matrix: {model.groups: ['Male | Smiling | Young', 'Male | Smilling + Young']}\n";
    const {message} = failureOf(text + matrix);
    expect(message).toContain('tiny.yaml:15:24: matrix.model.groups: Smilling is not a head');
  });
});

describe('keys that contradict each other', () => {
  it.each([
    [['branchAfter: 4', 'groups: Male | Smiling + Young'], 'Expected 1 to 3', ':9:16'],
    [['branchAfter: 0', 'groups: Male | Smiling + Young'], 'Expected integer (1 to 200)', ':9:16'],
    [['answeredBy: best'], 'grouped needs model.groups, such as Male | Smiling | Young', ':8:9'],
  ])('are named: %j', (lines, message, place) => {
    const error = messageFor(...lines);
    expect(error).toContain(message);
    expect(error).toContain(`tiny.yaml${place}`);
  });

  it.each(['groups: Male', 'answeredBy: best', 'branchAfter: 1'])(
    'such as %s without kind grouped, with what to write instead',
    line => {
      const {message} = failureOf(text.replace('kind: grouped\n', `kind: separate\n  ${line}\n`));
      expect(message).toContain('needs model.kind: grouped. Received separate');
      expect(message).toContain('with separate ones as Male | Smiling | Young');
    },
  );

  it('allow a group of heads that are in groups before where the best group answers', () => {
    const {model} = grouped('Male + Young | Smiling | Young', 'model.answeredBy=best');
    expect(model.answeredBy).toBe('best');
  });
});

describe('one grouping', () => {
  it('is the same design however it is written', () => {
    const forms = [
      '[[Male, Young], [Smiling]]',
      'Male + Young | Smiling',
      'Male+Young|Smiling',
    ].map(groups => grouped(groups));
    expect(new Set(forms.map(({model}) => model.groups))).toEqual(
      new Set([forms[1]!.model.groups]),
    );
    expect(new Set(forms.map(configHash)).size).toBe(1);
    const resolved = stringifyExperiment(forms[0]!);
    expect(resolved).toContain('\n  groups: Male + Young | Smiling\n');
    expect(parseResolved(resolved, 'experiment.yaml')).toEqual(forms[1]);
  });

  it('names a variant, and its number of groups does where its heads would be long', () => {
    const long = `${'x'.repeat(30)}A`;
    const heads = ['Male', 'Smiling', `${long}1`, `${long}2`];
    const axis = [
      'Male + Smiling + ' + heads.slice(2).join(' + '),
      heads.join(' | '),
      `Male | Smiling + ${heads[2]} | ${heads[3]}`,
      `Smiling | Male + ${heads[2]} | ${heads[3]}`,
    ];
    const matrix = `matrix: {model.groups: ${JSON.stringify(axis)}}\n`;
    const [sloppy] = parseExperiment(
      `${text}matrix: {model.groups: ['Male+Young|Smiling']}\n`,
      'tiny.yaml',
    ).variants;
    expect(sloppy!.variant).toEqual({'model.groups': 'Male + Young | Smiling'});
    const names = (yaml: string): string[] =>
      parseExperiment(yaml, 'tiny.yaml').variants.map(({experiment}) => experiment.name);
    expect(names(text.replace(HEADS, `[${heads.join(', ')}]`) + matrix)).toEqual([
      'tiny.1-groups',
      'tiny.4-groups',
      'tiny.3-groups',
      'tiny.3-groups.2',
    ]);
    expect(names(`${text}matrix: {model.groups: [Male + Young | Smiling]}\n`)).toEqual([
      'tiny.Male-Young--Smiling',
    ]);
  });

  it('twice in a matrix, written in two ways, is refused', () => {
    const matrix = "matrix: {model.groups: ['Male | Smiling + Young', 'Male|Smiling+Young']}\n";
    expect(failureOf(text + matrix).message).toContain('Two combinations are equal');
  });
});

describe('grouped networks', () => {
  it('are one for each group, with the heads in the order of the data', () => {
    const experiment = grouped('Young + Male | Smiling + Male');
    expect(modelPlans(experiment).map(({name, heads}) => [name, heads])).toEqual([
      ['Male+Young', ['Male', 'Young']],
      ['Male+Smiling', ['Male', 'Smiling']],
    ]);
    // 112 + (192 + 1) * 8 of the layers, 18 for each head.
    expect(experimentParameters(experiment)).toBe(2 * (112 + 1544 + 2 * 18));
  });

  it('have different short names where the names of their heads would be a long one', () => {
    const heads = Array.from({length: 40}, (_, index) => `Attribute_${index}`);
    const all = text.replace(HEADS, `[${heads.join(', ')}]`);
    const groups = [heads.slice(0, 30), [heads[0]!, ...heads.slice(30)]];
    const [variant] = parseExperiment(all, 'tiny.yaml', [
      `model.groups=${JSON.stringify(groups)}`,
    ]).variants;
    expect(modelPlans(variant!.experiment).map(({name}) => name)).toEqual([
      'Attribute_0+29-more.1',
      'Attribute_0+10-more.2',
    ]);
  });
});

describe('a network that branches', () => {
  const experiment = grouped('Smiling | Young + Male', 'model.branchAfter=2');

  it('has its first layers once, and the others once for each group', () => {
    const [plan, ...more] = modelPlans(experiment);
    expect(more).toEqual([]);
    expect(plan).toMatchObject({name: 'grouped', heads: ['Smiling', 'Male', 'Young']});
    expect(layerTable(experiment, plan!).map(({name, inputs}) => [name, ...inputs])).toEqual([
      ['input_layer'],
      ['conv2d', 'input_layer'],
      ['max_pooling2d', 'conv2d'],
      ['flatten', 'max_pooling2d'],
      ['flatten_1', 'max_pooling2d'],
      ['dense', 'flatten'],
      ['dense_1', 'flatten_1'],
      ['Smiling', 'dense'],
      ['Male', 'dense_1'],
      ['Young', 'dense_1'],
    ]);
  });

  it('counts the parameters and the memory of every copy', () => {
    expect(experimentParameters(experiment)).toBe(112 + 2 * 1544 + 3 * 18);
    const {batchBytes} = leastMemory(experiment, modelPlans(experiment)[0]!);
    expect(batchBytes).toBe(4 * 12 * (16 * 12 * 4 + 8 * 6 * 4 + 2 * 8 + 6));
  });

  it('has an output of a head in each group of the head', () => {
    const shared = grouped('Smiling + Young | Young + Male', 'model.branchAfter=2');
    const [plan] = modelPlans(shared);
    expect(plan!.heads).toEqual(['Smiling', 'Young', 'Male', 'Young.2']);
    expect(plan!.classes).toHaveLength(4);
    expect(layerTable(shared, plan!).map(({name, inputs}) => [name, ...inputs])).toEqual(
      expect.arrayContaining([
        ['Young', 'dense'],
        ['Young.2', 'dense_1'],
      ]),
    );
    expect(experimentParameters(shared)).toBe(112 + 2 * 1544 + 4 * 18);
    const {batchBytes} = leastMemory(shared, plan!);
    expect(batchBytes).toBe(4 * 12 * (16 * 12 * 4 + 8 * 6 * 4 + 2 * 8 + 8));
  });

  it('refuses a branch that answers no head, unless the best one answers', () => {
    const groups = 'groups: Male + Smiling | Young | Smiling';
    expect(messageFor(groups, 'branchAfter: 2')).toContain('Group 3, Smiling, answers no head');
    const best = grouped(groups.slice(8), 'model.branchAfter=2', 'model.answeredBy=best');
    expect(modelPlans(best)[0]!.heads).toEqual(['Male', 'Smiling', 'Young', 'Smiling.3']);
  });

  it('names the layers of the file, not of a copy, where they do not fit', () => {
    const error = failureOf(
      text.replace('dense: {units: 8, activation: relu}', 'conv2d: {filters: 2}'),
      'model.groups=Smiling | Young + Male',
      'model.branchAfter=2',
    );
    expect(error.message).toContain(
      'tiny.yaml:13:7: model.layers[3].conv2d: In tiny: conv2d takes',
    );
  });
});
