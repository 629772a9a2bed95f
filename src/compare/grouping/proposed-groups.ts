import {readRunDefinition} from '../../runs/run-definition.js';
import type {RunFolder} from '../../runs/run-folder.js';

export type ProposedGroups = {
  /** As in `model.groups`. */
  readonly proposed: string;
  /** Trainings that were used to choose them; undefined where a file does not say. */
  readonly trainings: number | undefined;
  /** The run or the file whose affinities proposed them; undefined where nobody says. */
  readonly affinities: string | undefined;
};

/** The groups that a run's comparison is about; undefined where it is of no such comparison. */
export function proposedGroups(folder: RunFolder): ProposedGroups | undefined {
  const values = readRunDefinition(folder)?.values ?? {};
  const {'grouping.proposed': proposed, 'grouping.trainings': trainings} = values;
  if (proposed === undefined) return undefined;
  const affinities = values['grouping.affinities'];
  return {
    proposed: String(proposed),
    trainings: typeof trainings === 'number' ? trainings : undefined,
    affinities: affinities === undefined ? undefined : String(affinities),
  };
}
