import {groupsText, parseGroups} from '../../experiment/groups.js';
import type {MeasuredRun} from '../run-metrics.js';
import type {ComparedGroups} from './compared-groups.js';
import type {ProposedGroups} from './proposed-groups.js';

/** What a design is in a comparison of groupings, and what proposed them. */
export type GroupingRole = Pick<ComparedGroups, 'role' | 'name'> & {
  readonly proposal: ProposedGroups;
};

const roles = ['proposed', 'all in one', 'separate', 'control'] as const;

/**
 * Says what each design is in a comparison of groupings that `group` proposed: designs that differ in
 * `model.groups` alone, of which one has the proposed groups.
 *
 * @param firsts The first run of each design.
 * @returns      By design; undefined where they are another comparison.
 */
export function groupingRoles(firsts: readonly MeasuredRun[]): readonly GroupingRole[] | undefined {
  if (!differInGroupsAlone(firsts)) return undefined;
  const groups = firsts.map(({definition}) => definition?.['model.groups'] ?? '');
  // A run that was trained for an earlier comparison has the proposal of that one.
  const [fitting, ...more] = proposalsOf(firsts).flatMap(proposal => {
    const designs = groups.map(text => roleOf(text, proposal.proposed));
    return designs.includes('proposed') && !designs.includes(undefined) ? {proposal, designs} : [];
  });
  if (fitting === undefined || more.length > 0) return undefined;
  const {proposal, designs} = fitting;
  const controls = firsts
    .filter((_, index) => designs[index] === 'control')
    .map(({run}) => run.id)
    .sort();
  return firsts.map(({run}, index) => {
    const role = designs[index]!;
    const name = role === 'control' ? `random ${controls.indexOf(run.id) + 1}` : role;
    return {role, name, proposal};
  });
}

/** Compares roles for the order of a table. */
export function compareRoles(first: GroupingRole, second: GroupingRole): number {
  const difference = roles.indexOf(first.role) - roles.indexOf(second.role);
  return difference || first.name.localeCompare(second.name, 'en', {numeric: true});
}

/** The different proposals of the runs: a run that was trained before it was compared has none. */
function proposalsOf(runs: readonly MeasuredRun[]): ProposedGroups[] {
  const texts = runs.flatMap(({grouping}) => (grouping ? [JSON.stringify(grouping)] : []));
  return [...new Set(texts)].map(text => JSON.parse(text) as ProposedGroups);
}

function differInGroupsAlone(runs: readonly MeasuredRun[]): boolean {
  const groups = runs.map(({definition}) => definition?.['model.groups']);
  const rest = runs.map(({definition}) => JSON.stringify({...definition, 'model.groups': ''}));
  return (
    groups.every(text => text !== undefined) &&
    new Set(groups).size === runs.length &&
    new Set(rest).size === 1
  );
}

/** undefined for groups that are neither proposed nor a control. */
function roleOf(text: string, proposed: string): ComparedGroups['role'] | undefined {
  const groups = parseGroups(text);
  if (text === proposed) return 'proposed';
  if (groups.length === 1) return 'all in one';
  if (groups.every(({length}) => length === 1)) return 'separate';
  return sizesOf(text) === sizesOf(proposed) ? 'control' : undefined;
}

function sizesOf(text: string): string {
  return groupsText([
    parseGroups(text)
      .map(({length}) => String(length))
      .sort(),
  ]);
}
