import {existsSync} from 'node:fs';
import {differences, differenceText} from '../experiment/difference.js';
import {loadExperiment} from '../experiment/load.js';
import {trialExperiment} from '../experiment/search.js';
import type {Variant} from '../experiment/variants.js';
import type {RunJob} from '../runs/queue/journal.js';
import type {QueueOnDisk} from '../runs/queue/unfinished.js';
import type {JobTrial} from '../runs/searches.js';
import {UserError} from '../util/user-error.js';
import {rootAsBefore} from '../experiment/data-root.js';
import {foldOf} from '../experiment/folds.js';
import type {Experiment} from '../experiment/schema.js';

/** @throws UserError where the files of the queue's experiments have changed, with each difference. */
export async function assertSameFiles({journal, items}: QueueOnDisk): Promise<void> {
  const lines = new Set<string>();
  const files = new Set<string>();
  for (const {job, isUnfinished} of items) {
    const {origin, experiment} = job;
    if (!isUnfinished || origin === undefined || !existsSync(origin.path)) continue;
    const {variants} = await loadExperiment(origin.path, '', origin.overrides);
    const changes = changesOf(job, variants);
    if (changes.length > 0) files.add(origin.path);
    for (const change of changes) lines.add(`  ${experiment.name}: ${change}`);
  }
  if (lines.size === 0) return;
  throw changedError(
    [...files].join(', '),
    [...lines],
    `Restore the file; or resume the original queue: celeba-tui run --resume ${journal.id}; or start again without --resume.`,
  );
}

/** What the definition of a job has become in its file, in words. */
function changesOf(
  {experiment, trial, variant}: RunJob,
  variants: readonly Variant[],
): readonly string[] {
  const now =
    trial === undefined
      ? variants.find(candidate => candidate.experiment.name === experiment.name)
      : trialNow(trial, variant, variants);
  if (now === undefined) return ['it is no longer in the file'];
  const changes = differences(experiment, withSettingsOf(experiment, now.experiment));
  const isSameSearch = JSON.stringify(trial?.search) === JSON.stringify(now.trial?.search);
  return [...changes.map(differenceText), ...(isSameSearch ? [] : ['its search changed'])];
}

/** A trial as the file defines it now. */
function trialNow(
  {number, round, search}: JobTrial,
  variant: RunJob['variant'],
  variants: readonly Variant[],
): Variant | undefined {
  const trial = variants[0]?.trial;
  const values = Object.entries(variant).filter(([key]) => Object.hasOwn(search.space, key));
  return trial === undefined
    ? undefined
    : trialExperiment({...trial, number, round}, Object.fromEntries(values)).variants[0];
}

/** A run cannot be resumed because its definition changed. @param lines Each change. */
export function changedError(file: string, lines: readonly string[], hint: string): UserError {
  const message = `${file}: the definition changed after the run started; the rest of the queue would answer a different question.`;
  return new UserError([message, ...lines].join('\n'), {hint});
}

/**
 * A definition as a file gives it, with the settings of an earlier run: the program sets the seeds, the fold
 * and the folder of a relative root, and not the file alone.
 */
export function withSettingsOf(before: Experiment, now: Experiment): Experiment {
  const {seed} = before.data;
  const root =
    now.data.source === 'sample' ? now.data.root : rootAsBefore(before.data.root, now.data.root);
  const fold = foldOf(before);
  const {split} = now.data;
  const data = {
    ...{...now.data, root},
    ...(seed === undefined ? {} : {seed}),
    ...('folds' in split && fold !== undefined ? {split: {...split, fold}} : {}),
  };
  return {...now, data, training: {...now.training, seed: before.training.seed}};
}
