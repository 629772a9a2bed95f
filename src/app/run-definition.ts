import path from 'node:path';
import {configHash} from '../experiment/config-hash.js';
import {differences, differenceText} from '../experiment/difference.js';
import type {Experiment} from '../experiment/schema.js';
import {readResolved} from '../experiment/stringify.js';
import {assertTrainable} from '../runs/folder-faults.js';
import {readJournal} from '../runs/queue/journal.js';
import type {RunFolder} from '../runs/run-folder.js';
import {isBroken, type RunRecord} from '../runs/run-record.js';
import {UserError} from '../util/user-error.js';

/** The definition in a run's folder. @throws UserError where it is not the one that it began with. */
export async function definitionOf({folder, info}: RunRecord): Promise<Experiment> {
  if (isBroken(info)) {
    throw new UserError(`${folder.info}: the run's description cannot be read: ${info.broken}`, {
      hint: 'Start the experiment again.',
      exitCode: 1,
    });
  }
  await assertTrainable(folder);
  const experiment = await readResolved(folder.experiment);
  if (configHash(experiment) === info.configHash) return experiment;
  const began = await journaledDefinition(folder, info.batch);
  const changed = began === undefined ? [] : differences(began, experiment);
  throw changedError(
    folder.experiment,
    changed.map(difference => `  ${differenceText(difference)}`),
    'Undo the change, or start the changed experiment again.',
  );
}

async function journaledDefinition(
  {path: folder, id}: RunFolder,
  batch: string | undefined,
): Promise<Experiment | undefined> {
  if (batch === undefined) return undefined;
  const {journal} = await readJournal(path.dirname(folder), batch);
  return journal?.items.find(({run}) => run === id)?.job.experiment;
}

/** The refusal to go on with something else than what was begun, with each difference. */
export function changedError(file: string, lines: readonly string[], hint: string): UserError {
  const changes = lines.length === 0 ? '' : `\n${lines.join('\n')}`;
  return new UserError(
    `${file}: the definition changed after the run started; the rest of the queue would answer a different question.${changes}`,
    {hint},
  );
}
