import path from 'node:path';
import {layersFiles, readSavedNetwork} from '../artifacts/layers-model.js';
import {onnxFile} from '../artifacts/exports/onnx/onnx-model.js';
import {placeModel} from '../artifacts/exports/place-model.js';
import {savedModelFile} from '../tensorflow/graph/inference.js';
import {assertNever} from '../util/assert-never.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {UserError} from '../util/user-error.js';
import {findModels, openModels, type OpenModel} from '../app/models.js';
import type {Streams} from '../app/streams.js';

export type ExportFormat = 'savedmodel' | 'onnx' | 'tfjs';

export type ExportFlags = {
  readonly runs: string;
  readonly format: ExportFormat;
  readonly out?: string;
};

/** Exports the models of a run, each into a folder; prints the folders. */
export async function runExport(
  name: string,
  {runs, format, out}: ExportFlags,
  {stdout}: Streams,
): Promise<ExitCode> {
  const models = await findModels(name, runs);
  const folder = out ?? models.run?.exported(format);
  if (folder === undefined) {
    throw new UserError('A folder of models needs --out DIR.', {
      hint: 'For example: --out exported',
    });
  }
  const root = out === undefined ? (models.run?.path ?? folder) : path.resolve(out);
  for (const model of await openModels(models)) {
    const target = path.join(path.resolve(folder), model.name);
    await placeModel(root, target, filesOf(model, format));
    stdout.write(`${printable(target)}\n`);
  }
  return 0;
}

function filesOf(model: OpenModel, format: ExportFormat): Record<string, string | Uint8Array> {
  switch (format) {
    case 'tfjs':
      return layersFiles({...model.file, plan: model.plan});
    case 'savedmodel':
      return {'saved_model.pb': savedModelFile(readSavedNetwork(model.file, model.plan))};
    case 'onnx':
      return {'model.onnx': onnxFile(readSavedNetwork(model.file, model.plan))};
    default:
      return assertNever(format);
  }
}
