import {existsSync, readFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {Document, isScalar, visit} from 'yaml';
import type {ComparedGroups} from '../compare/grouping/compared-groups.js';
import {flowYaml} from '../experiment/flow-yaml.js';
import {groupsText} from '../experiment/groups.js';
import {parseExperiment} from '../experiment/parse.js';
import type {Experiment} from '../experiment/schema.js';
import {makeFolders} from '../util/safe-file.js';
import {UserError} from '../util/user-error.js';

/** Where the proposed groups come from, for the first lines of the file. */
type GroupOrigin = {
  /** The name of the run, or of the file, with the affinities. */
  readonly affinities: string;
  /** Trainings that were used to choose them; undefined where a file does not say. */
  readonly trainings: number | undefined;
  /** Name of the experiment that is written; the next free one after the experiment where nobody chose it. */
  readonly name: string | undefined;
};

/**
 * Writes an experiment that compares sets of groups into `experiments/` of the working folder. A file with
 * the same text is left as it is.
 *
 * @returns Its path relative to the working folder.
 * @throws UserError where the file of a chosen name exists with another text.
 */
export async function writeGroupExperiment(
  experiment: Experiment,
  compared: readonly ComparedGroups[],
  origin: GroupOrigin,
  workingFolder: string,
): Promise<string> {
  for (let number = 1; ; number++) {
    const usual = `${experiment.name}-groups${number === 1 ? '' : `-${number}`}`;
    const name = origin.name ?? usual;
    const file = path.join('experiments', `${name}.yaml`);
    const full = path.join(workingFolder, file);
    const text = groupExperimentText(experiment, compared, {...origin, name});
    if (!existsSync(full)) {
      // What is written here can run, or it is not written.
      parseExperiment(text, file);
      makeFolders(path.dirname(full));
      await writeFile(full, text, {flag: 'wx'});
      return file;
    }
    if (readFileSync(full, 'utf8') === text) return file;
    if (origin.name !== undefined)
      throw new UserError(`${file} exists, and compares something else.`, {
        hint: `Remove or rename it, or choose another name: --name ${name}-2`,
      });
  }
}

const descriptions: Readonly<Record<ComparedGroups['role'], string>> = {
  proposed: 'proposed: the best groups by the measured affinities',
  'all in one': 'control: one network with all heads',
  separate: 'control: one network for each head',
  control: 'control: groups of the same sizes, with the heads exchanged at random',
};

function groupExperimentText(
  experiment: Experiment,
  compared: readonly ComparedGroups[],
  {affinities, trainings, name}: GroupOrigin & {readonly name: string},
): string {
  const question = `Do the groups that ${affinities} proposes help, against one network, separate networks, and random groups?`;
  const {groups: _groups, answeredBy: _answer, branchAfter: _branch, ...model} = experiment.model;
  const {affinity: _affinity, ...training} = experiment.training as Experiment['training'] & {
    readonly affinity?: unknown;
  };
  const isShared = compared.some(({groups}) => groups.flat().length > new Set(groups.flat()).size);
  const definition = flowYaml({
    name,
    description: question,
    data: experiment.data,
    model: {...model, kind: 'grouped', ...(isShared && {answeredBy: 'best'})},
    training,
    evaluation: experiment.evaluation,
    grouping: {
      proposed: groupsText(compared.find(({role}) => role === 'proposed')?.groups ?? []),
      ...(trainings !== undefined && {trainings}),
      affinities,
    },
  });
  const matrix = new Document({
    matrix: {'model.groups': compared.map(({groups}) => groupsText(groups))},
  });
  const roles = compared.map(({role}) => descriptions[role]).values();
  visit(matrix, {
    Scalar: (key, node) => {
      if (key !== 'key' && isScalar(node)) node.comment = ` ${roles.next().value}`;
    },
  });
  return `# ${question}\n# Grouping helps only if the proposed groups are significantly better than one network with all heads, and than\n# every control with random groups.\n${definition}${matrix.toString({lineWidth: 0})}`;
}
