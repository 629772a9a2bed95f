import {nearest} from '../util/nearest.js';
import {parseGroups, type Group} from './groups.js';
import type {Problem} from './problems.js';
import type {Experiment} from './schema.js';

const groupedKeys = ['groups', 'answeredBy', 'branchAfter'] as const;

/** Finds groups that do not divide the heads, and keys that contradict `model.kind`. */
export function groupProblems({data: {heads}, model}: Experiment): Problem[] {
  const {kind, groups: text} = model;
  if (kind !== 'grouped') {
    return groupedKeys
      .filter(key => model[key] !== undefined)
      .map(key => ({
        path: ['model', key],
        message: `model.${key} needs model.kind: grouped. Received ${kind}. Grouped networks compare with all heads in one as the group ${heads.join(' + ')}, and with separate ones as ${heads.join(' | ')}.`,
        atKey: true,
      }));
  }
  if (text === undefined) {
    const message = `grouped needs model.groups, such as ${heads.join(' | ')}: the heads of each network.`;
    return [{path: ['model', 'kind'], message}];
  }
  const groups = parseGroups(text);
  const problems = groups.flatMap((_, index) => problemsOfGroup(groups, index, heads));
  const ungrouped = heads.filter(head => !groups.some(group => group.includes(head)));
  if (problems.length === 0 && ungrouped.length > 0) {
    const [is, it] = ungrouped.length === 1 ? ['is', 'it'] : ['are', 'them'];
    const message = `${ungrouped.join(', ')} ${is} in no group. Add ${it} to a group, or make ${it} a group.`;
    problems.push({path: ['model', 'groups'], message});
  }
  return [
    ...(problems.length === 0 ? sharingProblems(groups, heads, model) : problems),
    ...branchProblems(model),
  ];
}

function problemsOfGroup(
  groups: readonly Group[],
  index: number,
  heads: readonly string[],
): Problem[] {
  const group = groups[index] as Group;
  const path = ['model', 'groups', index];
  if (group.length === 0) {
    const message = `Group ${index + 1} is empty. Expected at least one of ${heads.join(', ')}; or remove it.`;
    return [{path, message}];
  }
  const twin = groups.findIndex(before => sorted(before) === sorted(group));
  const equal = `Groups ${twin + 1} and ${index + 1} are equal: ${group.join(' + ')}. Expected each group once.`;
  return [
    ...(twin < index ? [{path, message: equal}] : []),
    ...group.flatMap((head, at) => {
      const place = [...path, at];
      if (!heads.includes(head)) {
        const message = `${head} is not a head of this experiment. Expected one of ${heads.join(', ')}.`;
        return [{path: place, message, suggestion: nearest(head, heads)}];
      }
      if (group.indexOf(head) === at) return [];
      const message = `${head} is twice in group ${index + 1}. Expected each head once in a group.`;
      return [{path: place, message}];
    }),
  ];
}

function sorted(group: Group): string {
  return group.toSorted().join();
}

function sharingProblems(
  groups: readonly Group[],
  heads: readonly string[],
  {answeredBy}: Experiment['model'],
): Problem[] {
  if (groups.length > heads.length) {
    const message = `There are ${groups.length} groups for ${heads.length} heads. Expected at most one group for each head: only one group answers a head, so others would be trained in vain.`;
    return [{path: ['model', 'groups'], message}];
  }
  const before = (index: number): readonly string[] => groups.slice(0, index).flat();
  return groups.flatMap((group, index) => {
    const path = ['model', 'groups', index];
    const isAnswering = group.some(head => !before(index).includes(head));
    if (answeredBy === 'best' || isAnswering) return [];
    const message = `Group ${index + 1}, ${group.join(' + ')}, answers no head: all of its heads are in groups before it. Name it first, remove it, or set model.answeredBy: best.`;
    return [{path, message}];
  });
}

function branchProblems({branchAfter, layers}: Experiment['model']): Problem[] {
  if (branchAfter === undefined || branchAfter < layers.length) return [];
  const message =
    layers.length === 1
      ? 'A single layer cannot be shared and be of each group, too. Expected at least two layers, or no model.branchAfter.'
      : `Each group needs a layer after the shared ones. Expected 1 to ${layers.length - 1}, as model.layers has ${layers.length} entries; received ${branchAfter}. Where all layers are shared, model.kind is multi-output.`;
  return [{path: ['model', 'branchAfter'], message}];
}
