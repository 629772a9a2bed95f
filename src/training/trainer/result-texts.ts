import type {Dataset, ImageSet} from '../../data/dataset.js';
import {MIXUP_NOTE, mixesImages} from '../../data/mixup.js';
import {classesOf, isMultiClass} from '../../experiment/classes.js';
import {decisionOf, decisionText, plainDecision} from '../../experiment/decision.js';
import {headOf} from '../../experiment/groups.js';
import type {EvaluatedPart} from '../../experiment/parts.js';
import type {Experiment} from '../../experiment/schema.js';
import {answering, doesAnswer, isShared, outputOf} from '../../model/answering.js';
import {experimentSummary} from '../../model/summary.js';
import {predictionsCsv, slicesCsv, type PartPredictions} from '../../runs/run-csv.js';
import type {RunState} from '../../runs/run-state.js';
import {selectColumn} from '../../util/select-column.js';
import type {EndedModel} from '../checkpoint.js';

/** Lists the networks, the warnings about the data, what mixup means for accuracies, and how the heads decide. */
export function summaryText(
  experiment: Experiment,
  warnings: readonly string[],
  decisions: readonly string[] = [],
): string {
  const mixup = mixesImages(experiment.training.augment) ? [MIXUP_NOTE] : [];
  const notes = [...warnings.map(text => `warning: ${text}`), ...mixup, ...decisions];
  return [experimentSummary(experiment), ...notes.map(text => `${text}\n`)].join('\n');
}

/** Says how each head decides; none where all have the plain decision. */
export function decisionLines({models}: RunState): string[] {
  return models.flatMap(model =>
    Object.entries(model.final?.decisions ?? {})
      .filter(([output]) => doesAnswer(models, model, output))
      .map(
        ([output, decision]) =>
          `${headOf(output)}: ${decisionText(decision)}, chosen on the validation images`,
      ),
  );
}

/** Says which network, or which output of a network, answers each head that has several. */
export function answerLines({heads, models}: RunState): string[] {
  return heads.flatMap(head => {
    const model = answering(models, head);
    if (isShared(models, head)) return [`${head}: answered by the network ${model?.name ?? ''}`];
    const outputs = model?.heads.filter(output => headOf(output) === head) ?? [];
    if (outputs.length < 2) return [];
    return [`${head}: answered by ${outputOf(model, head)}, of its outputs ${outputs.join(', ')}`];
  });
}

/** Warns of what makes the results less than they seem. */
export function warningsOf(
  {data: {split}, model, evaluation: {threshold, calibrate}}: Experiment,
  dataset: Dataset,
): readonly string[] {
  const chosen = [
    ...(threshold === plainDecision.threshold ? [] : ['thresholds']),
    ...(calibrate === 'none' ? [] : ['temperatures']),
    ...(model.answeredBy === 'best' ? ['groups that answer'] : []),
  ];
  if (chosen.length === 0 || dataset.test !== undefined) return dataset.warnings;
  const how = 'by' in split ? 'Use data with an official test part' : 'Set data.split.test';
  return [
    ...dataset.warnings,
    `The ${chosen.join(' and ')} are chosen on the validation images, on which the run is also measured: its metrics are too good. ${how} for images that chose nothing.`,
  ];
}

/** The text of `predictions.csv`, in pieces. */
export function predictionsText(
  experiment: Experiment,
  {heads, validation, test}: Dataset,
  ended: readonly EndedModel[],
): Generator<string> {
  const ofPart = (part: EvaluatedPart, {files, labels}: ImageSet): PartPredictions => ({
    part,
    files,
    heads: experiment.data.heads.map(head => {
      const model = answering(ended, head);
      const probabilities = model?.probabilities[part];
      const predicted = model?.predicted?.[part];
      if (model === undefined || probabilities === undefined)
        throw new Error(`No model of the run predicted ${head} on ${part}.`);
      const output = outputOf(model, head);
      const column = model.heads.indexOf(output);
      return {
        head,
        labels: selectColumn(labels, heads.length, heads.indexOf(head)),
        probabilities: selectColumn(probabilities, model.heads.length, column),
        predicted:
          predicted && isMultiClass(classesOf(experiment.data, head).length)
            ? selectColumn(predicted, model.heads.length, column)
            : undefined,
        threshold: decisionOf(model.decisions, output).threshold,
      };
    }),
  });
  return predictionsCsv([
    ofPart('validation', validation),
    ...(test === undefined ? [] : [ofPart('test', test)]),
  ]);
}

/** The text of `slices.csv`; undefined where the experiment has no slices. */
export function slicesText({slices, validation, test}: Dataset): string | undefined {
  if (slices === undefined) return undefined;
  const {attributes, ...values} = slices;
  return slicesCsv(attributes, [
    {part: 'validation', files: validation.files, values: values.validation},
    ...(test === undefined || values.test === undefined
      ? []
      : [{part: 'test' as const, files: test.files, values: values.test}]),
  ]);
}
