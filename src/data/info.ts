import {sum} from '../util/sum.js';
import {countLabels} from '../experiment/missing-label.js';
import type {Part} from '../experiment/parts.js';
import type {DataDefinition} from '../experiment/schema.js';
import type {Catalogue} from './catalogue.js';
import type {CommonSize} from './image-size.js';
import {peopleInSeveralParts} from './people.js';
import {namedClasses, type ProposedData, proposeData} from './propose-data.js';
import {
  classesAt,
  headColumns,
  positionsByPart,
  presentPositions,
  type SplitPositions,
  strataOf,
  stratumName,
} from './sampling.js';

export type DataInfo = {
  /** Which layout was found: `CelebA folder`. */
  readonly layout: string;
  readonly source: string;
  readonly images: number;
  /** Images of each part of the official split; undefined where there is none. */
  readonly partition: Readonly<Record<Part, number>> | undefined;
  /** Fraction with the attribute, of the images whose value is known: 0 to 1; of two classes. */
  readonly balance: Readonly<Record<string, number>>;
  /** Accuracy of always giving the most frequent value. */
  readonly majority: Readonly<Record<string, number>>;
  readonly missing: number;
  /** Images whose value of an attribute is not known, for attributes with such images. */
  readonly unlabelled: Readonly<Record<string, number>>;
  /** undefined where no image can be read. */
  readonly imageSize: CommonSize | undefined;
  /** People in the images; undefined where the data does not identify them. */
  readonly identities: IdentityInfo | undefined;
  /** Images that are there with each combination of the chosen heads. */
  readonly strata: Readonly<Record<string, number>>;
  /** Images of each class, by attribute, where the data names its classes. */
  readonly classes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Columns that no head can learn, and why. */
  readonly rejected: Readonly<Record<string, string>>;
  /** Keys of an experiment on these images; undefined where no head can be learned. */
  readonly proposal: ProposedData | undefined;
  readonly warnings: readonly string[];
};

type IdentityInfo = {
  readonly people: number;
  /** Images of the person who has the most. */
  readonly largest: number;
  /**
   * People in more than one part of the official split: a model is measured on faces that it
   * trained on.
   */
  readonly inTwoParts: number;
  /** All images of these people. */
  readonly imagesInTwoParts: number;
  readonly unknown: number;
};

const MAX_STRATA_HEADS = 5;

/** Counts what a catalogue holds, with the strata of those chosen heads that it has. */
export function describeData(
  catalogue: Catalogue,
  heads: DataDefinition['heads'],
  warnings: readonly string[],
  {identities, imageSize}: {readonly identities?: Int32Array; readonly imageSize?: CommonSize} = {},
): DataInfo {
  const {attributes, files, labels, partition} = catalogue;
  const drawn = partition && positionsByPart(partition);
  const columns = [...attributes.keys()];
  const counts = countLabels(labels, attributes.length, columns, files.keys()).map(
    (ofLabels, column) => ofLabels.subarray(0, classesAt(catalogue, column).length),
  );
  const labelCounts = counts.map(sum);
  const present = heads.filter(head => attributes.includes(head)).slice(0, MAX_STRATA_HEADS);
  const strata =
    present.length === 0
      ? []
      : strataOf(catalogue, headColumns(catalogue, present), presentPositions(catalogue));
  const classes = present.map(head => classesAt(catalogue, attributes.indexOf(head)));
  const binary = columns.filter(column => counts[column]!.length === 2);
  const ofColumns = <T>(chosen: readonly number[], value: (column: number) => T) =>
    Object.fromEntries(chosen.map(column => [attributes[column]!, value(column)] as const));
  return {
    layout: catalogue.layout,
    source: catalogue.source,
    images: files.length,
    partition: drawn && {
      train: drawn.train.length,
      validation: drawn.validation.length,
      test: drawn.test.length,
    },
    balance: ofColumns(binary, column => counts[column]![1]! / labelCounts[column]!),
    majority: ofColumns(columns, column => Math.max(...counts[column]!) / labelCounts[column]!),
    missing: catalogue.absent.length,
    unlabelled: Object.fromEntries(
      attributes.flatMap((name, column) =>
        labelCounts[column] === files.length ? [] : [[name, files.length - labelCounts[column]!]],
      ),
    ),
    imageSize,
    identities: identities === undefined ? undefined : countPeople(identities, drawn),
    strata: Object.fromEntries(
      strata.map((images, stratum) => [stratumName(stratum, present, classes), images.length]),
    ),
    classes: Object.fromEntries(
      namedClasses(catalogue).map(([name, classes]) => [
        name,
        Object.fromEntries(
          classes.map((each, label) => [each, counts[attributes.indexOf(name)]![label]!]),
        ),
      ]),
    ),
    rejected: Object.fromEntries(catalogue.rejected ?? []),
    proposal: proposeData(catalogue, imageSize),
    warnings,
  };
}

function countPeople(identities: Int32Array, drawn: SplitPositions | undefined): IdentityInfo {
  const counts = new Map<number, number>();
  for (const person of identities) counts.set(person, (counts.get(person) ?? 0) + 1);
  const unknown = counts.get(-1) ?? 0;
  counts.delete(-1);
  let largest = 0;
  for (const count of counts.values()) largest = Math.max(largest, count);
  const overlap =
    drawn === undefined ? {people: 0, images: 0} : peopleInSeveralParts(identities, drawn);
  return {
    ...{people: counts.size, largest, unknown},
    ...{inTwoParts: overlap.people, imagesInTwoParts: overlap.images},
  };
}
