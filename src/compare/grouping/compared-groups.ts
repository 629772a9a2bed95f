import {groupsText} from '../../experiment/groups.js';
import {deriveSeed, seededRandom, shuffled} from '../../util/random.js';

/** A set of groups that is trained, with what it is in the comparison. */
export type ComparedGroups = {
  readonly role: 'proposed' | 'all in one' | 'separate' | 'control';
  /** What the verdict calls it: the role, or `random 1`. */
  readonly name: string;
  readonly groups: readonly (readonly string[])[];
};

const TRIES = 1000;

/**
 * The sets of groups that are trained to tell whether the proposed one helps: itself, one network with all
 * heads, one for each head, and controls, which are the proposed groups with the heads exchanged at random.
 *
 * @param seed Decides the controls.
 * @returns    As many controls as wanted, or as many as there are.
 */
export function comparedGroups(
  proposed: ComparedGroups['groups'],
  heads: readonly string[],
  {controls, seed}: {readonly controls: number; readonly seed: number},
): ComparedGroups[] {
  const compared: ComparedGroups[] = [
    {role: 'proposed', name: 'proposed', groups: proposed},
    {role: 'all in one', name: 'all in one', groups: [heads]},
    {role: 'separate', name: 'separate', groups: heads.map(head => [head])},
  ];
  const keys = new Set(compared.map(({groups}) => setKey(groups)));
  for (let attempt = 0; attempt < TRIES && compared.length < 3 + controls; attempt++) {
    const random = seededRandom(deriveSeed(seed, `control/${attempt}`));
    const order = shuffled(heads, random);
    const groups = proposed.map(group =>
      group
        .map(head => order[heads.indexOf(head)]!)
        .sort((a, b) => heads.indexOf(a) - heads.indexOf(b)),
    );
    if (keys.has(setKey(groups))) continue;
    keys.add(setKey(groups));
    compared.push({role: 'control', name: `random ${compared.length - 2}`, groups});
  }
  return compared;
}

/** Equal for the same groups in any order. */
function setKey(groups: ComparedGroups['groups']): string {
  return groupsText(
    groups.map(group => [...group].sort()).sort((a, b) => (a.join() < b.join() ? -1 : 1)),
  );
}
