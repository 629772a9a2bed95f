import {sliceAttributes} from '../experiment/slices.js';
import type {RunJob} from '../runs/queue/journal.js';

/**
 * Checks, before anything is started, that new runs find their data and its attributes, and the weights of
 * their backbones. Names of files and the heads of tables tell: no image is read.
 *
 * @throws UserError with exit code 3.
 */
export async function assertData(jobs: readonly RunJob[]): Promise<void> {
  const read = new Map<string, readonly string[]>();
  for (const {experiment} of jobs) {
    const {backbone} = experiment.model;
    if (backbone !== undefined) (await import('../training/backbone.js')).assertBackbone(backbone);
    const {source, labels, imageColumn, root, heads} = experiment.data;
    if (source === 'sample') continue;
    // What knows the layouts takes long to load.
    const {readAttributes} = await import('../data/open-catalogue.js');
    const {columnsOf} = await import('../data/sampling.js');
    const keys = {source, labels, imageColumn};
    const place = JSON.stringify([keys, root]);
    const attributes = read.get(place) ?? (await readAttributes(keys, root));
    read.set(place, attributes);
    const slices = sliceAttributes(experiment.evaluation.slices ?? []);
    columnsOf({attributes, source: root}, heads, 'data.heads');
    columnsOf({attributes, source: root}, slices, 'evaluation.slices');
  }
}
