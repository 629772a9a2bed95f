import {readKerasFile} from '../model/layers/keras-file.js';
import {sizeInFile} from '../model/layers/backbone-file.js';
import {FACE_RECOGNITION} from '../model/layers/backbone.js';
import {UserError} from '../util/user-error.js';
import type {Experiment} from './schema.js';

/** Whether what an experiment is depends on another file. */
export function hasBackboneFile({model: {backbone}}: Experiment): boolean {
  return backbone !== undefined && backbone.network !== FACE_RECOGNITION;
}

/**
 * Adds what the file of a backbone says: the size of the images where the experiment has none, and the
 * file's SHA-256; and whether the backbone is frozen, where nothing says it. A file that cannot be read is found by `crossChecks`.
 *
 * @param source The experiment's value before defaults.
 */
export function withBackboneFile<Given extends Experiment>(
  experiment: Given,
  source: Readonly<Record<string, unknown>>,
): Given {
  const {data, model} = experiment;
  const {backbone} = model;
  if (backbone === undefined) return experiment;
  const {frozen = backbone.from === undefined} = backbone;
  const whole = {...experiment, model: {...model, backbone: {...backbone, frozen}}};
  if (!hasBackboneFile(experiment)) return whole;
  try {
    const {sha256} = readKerasFile(backbone.network);
    const hasImage = Object.hasOwn(Object(source['data']) as object, 'image');
    const size = hasImage ? undefined : sizeInFile(backbone);
    return {
      ...whole,
      data: size === undefined ? data : {...data, image: {size: [...size]}},
      model: {...model, backbone: {...backbone, frozen, sha256: backbone.sha256 ?? sha256}},
    };
  } catch (error) {
    if (error instanceof UserError) return whole;
    throw error;
  }
}
