import {Option, type Command} from 'commander';
import {runsOption, wholeNumber} from './options.js';
import type {ExportFlags} from './export.js';
import {exportFormats} from './export-formats.js';
import type {SplitFlags} from './split.js';
import {fits, type PredictFlags} from './predict/flags.js';

/** What a trained run is used for. */
export type ArtifactActions = {
  readonly predict: (run: string, images: string[], options: PredictFlags) => Promise<void>;
  readonly split: (run: string, options: SplitFlags) => Promise<void>;
  readonly export: (run: string, options: ExportFlags) => Promise<void>;
};

/** The commands that take a trained run further. */
export function addArtifactCommands(program: Command, actions: ArtifactActions): void {
  addPredict(program, actions);
  addSplit(program, actions);
  addExport(program, actions);
}

function addPredict(program: Command, actions: ArtifactActions): void {
  program
    .command('predict <run> [images...]')
    .description(
      'what the models of a run, or those in a folder, say of images: every head, with its probability',
    )
    .option('--json', 'as JSON Lines', false)
    .addOption(new Option('--csv', 'as CSV: a row for each image and head').conflicts('json'))
    .option('--files-from <file>', 'names of images, one a line; - is standard input')
    .option('--batch <n>', "images at a time; the run's own", wholeNumber(1, 65_536))
    .addOption(
      new Option('--fit <how>', 'what happens to images of other proportions')
        .choices(fits)
        .default('stretch'),
    )
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'IMAGE is a file, a folder (all images below it) or - for the bytes of one image.',
        'yes and no say whether an attribute is there; the number is its probability.',
        'An image that cannot be used is a line with the reason; the exit code is then 3.',
        '',
        'Examples:',
        '  celeba-tui predict latest portrait.jpg holiday/',
        '  celeba-tui predict multi-output photos --csv > predictions.csv',
        '  find photos -name "*.png" -print0 | celeba-tui predict latest --files-from - --json',
        '  celeba-tui predict runs/20261124-143205-multi-output-a1b2/split/Smiling - < portrait.jpg',
      ].join('\n'),
    )
    .action((run: string, images: string[], options: PredictFlags) =>
      actions.predict(run, images, options),
    );
}

function addSplit(program: Command, actions: ArtifactActions): void {
  program
    .command('split <run>')
    .description('one single-head model for each head, with equal weights, as tfjs layers models')
    .option('--head <name>', 'only this one')
    .option('--out <dir>', "where they go; the run's folder split/")
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'Each model answers exactly as the whole one does for its head. Prints their folders,',
        'which predict and tf.loadLayersModel read.',
        '',
        'Examples:',
        '  celeba-tui split multi-output',
        '  celeba-tui split latest --head Smiling --out models',
      ].join('\n'),
    )
    .action((run: string, options: SplitFlags) => actions.split(run, options));
}

function addExport(program: Command, actions: ArtifactActions): void {
  program
    .command('export <run>')
    .description('the models of a run for other programs, each in a folder of its own')
    .addOption(
      new Option('--format <format>', 'what is written')
        .choices(exportFormats)
        .makeOptionMandatory(),
    )
    .option('--out <dir>', "where they go; the run's folder export/<format>/")
    .addOption(runsOption())
    .addHelpText(
      'after',
      [
        '',
        'savedmodel and onnx take images as uint8 [batch, height, width, 3], scale them themselves, and',
        'give for each head the probabilities of 0 and 1. tfjs takes floats from 0 to 1.',
        '',
        'Examples:',
        '  celeba-tui export multi-output --format savedmodel --out exported',
        '  celeba-tui export multi-output --format onnx',
        '  celeba-tui export latest --format tfjs',
      ].join('\n'),
    )
    .action((run: string, options: ExportFlags) => actions.export(run, options));
}
