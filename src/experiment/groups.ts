/** Heads that share a network, or the layers above the branch of one network. */
export type Group = readonly string[];

const BETWEEN_GROUPS = ' | ';
const BETWEEN_HEADS = ' + ';

/** Reads `Male + Goatee | Smiling`, in which blanks are free. */
export function parseGroups(text: string): readonly Group[] {
  return text
    .split(BETWEEN_GROUPS.trim())
    .map(group => group.split(BETWEEN_HEADS.trim()).map(head => head.trim()))
    .map(heads => heads.filter(head => head !== ''));
}

/** Writes groups as a definition holds them, however a file wrote them: `Male + Goatee | Smiling`. */
export function groupsText(groups: readonly Group[]): string {
  return groups.map(heads => heads.join(BETWEEN_HEADS)).join(BETWEEN_GROUPS);
}

/**
 * The outputs of each group in a network that branches. A head has an output in every group that it is in:
 * `Male` in the first of them, `Male.3` in the third group. No head's name has a dot.
 */
export function outputsOfGroups(groups: readonly Group[]): readonly Group[] {
  return groups.map((group, index) =>
    group.map(head =>
      groups.slice(0, index).some(before => before.includes(head)) ? `${head}.${index + 1}` : head,
    ),
  );
}

/** The head that an output is of. */
export function headOf(output: string): string {
  return output.split('.', 1)[0]!;
}

/** More characters are left out of the names of runs and folders. */
const MOST_CHARACTERS = 48;

/** Groups in the name of a run: `Male-Goatee--Smiling`, or `5-groups` where that is long. */
export function groupsName(text: string): string {
  const groups = parseGroups(text);
  const name = groups.map(heads => heads.join('-')).join('--');
  return name.length <= MOST_CHARACTERS ? name : `${groups.length}-groups`;
}

/**
 * The name of the network of a group, which is its folder's: `Male+Goatee`. No other group of the
 * experiment has it, since no head's name has a plus or a dot.
 *
 * @param index Place of the group, from 0.
 */
export function groupName(heads: Group, index: number): string {
  const name = heads.join('+');
  if (name.length <= MOST_CHARACTERS || heads.length === 1) return name;
  return `${heads[0] ?? ''}+${heads.length - 1}-more.${index + 1}`;
}
