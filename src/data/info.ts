import type {DataDefinition} from '../experiment/schema.js';
import {type Catalogue, partitions} from './catalogue.js';
import type {CommonSize} from './image-size.js';
import {headColumns, presentPositions, strataOf, stratumName} from './sampling.js';

/** What a data set holds, counted. */
export type DataInfo = {
  /** Which layout was found: `CelebA folder`. */
  readonly layout: string;
  readonly source: string;
  readonly images: number;
  /** Images of each part of the official split; undefined where there is none. */
  readonly partition: Readonly<Record<keyof typeof partitions, number>> | undefined;
  /** Share of images with the attribute, 0 to 1. */
  readonly balance: Readonly<Record<string, number>>;
  /** Accuracy of always giving the more frequent value, 0.5 to 1. */
  readonly majority: Readonly<Record<string, number>>;
  /** Images that the labels name and that are not there. */
  readonly missing: number;
  /** Undefined where no image can be read. */
  readonly imageSize: CommonSize | undefined;
  /** People in the images; undefined where the data does not say who they are. */
  readonly identities: IdentityInfo | undefined;
  /** Images that are there with each combination of the chosen heads. */
  readonly strata: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
};

export type IdentityInfo = {
  readonly people: number;
  /** People who are in more than one part of the official split: what is measured on them is known. */
  readonly inTwoParts: number;
  /** Images without a person. */
  readonly unknown: number;
};

const MAX_STRATA_HEADS = 5;

/** Counts a catalogue; strata of the chosen heads that the data has. */
export function describeData(
  catalogue: Catalogue,
  heads: DataDefinition['heads'],
  warnings: readonly string[],
  {identities, imageSize}: {readonly identities?: Int32Array; readonly imageSize?: CommonSize} = {},
): DataInfo {
  const {attributes, files, labels, partition} = catalogue;
  const ones = new Float64Array(attributes.length);
  labels.forEach((label, index) => (ones[index % attributes.length]! += label));
  const known = heads.filter(head => attributes.includes(head)).slice(0, MAX_STRATA_HEADS);
  const strata =
    known.length === 0
      ? []
      : strataOf(catalogue, headColumns(catalogue, known), presentPositions(catalogue));
  const shares = attributes.map((name, column) => [name, ones[column]! / files.length] as const);
  return {
    layout: catalogue.layout,
    source: catalogue.source,
    images: files.length,
    partition: partition === undefined ? undefined : countParts(partition),
    balance: Object.fromEntries(shares),
    majority: Object.fromEntries(shares.map(([name, share]) => [name, Math.max(share, 1 - share)])),
    missing: catalogue.absent.length,
    imageSize,
    identities: identities === undefined ? undefined : countPeople(identities, partition),
    strata: Object.fromEntries(
      strata.map((images, stratum) => [stratumName(stratum, known), images.length]),
    ),
    warnings,
  };
}

function countParts(partition: Uint8Array): Record<keyof typeof partitions, number> {
  const count = (part: number): number =>
    partition.reduce((sum, value) => sum + (value === part ? 1 : 0), 0);
  return {
    train: count(partitions.train),
    validation: count(partitions.validation),
    test: count(partitions.test),
  };
}

function countPeople(identities: Int32Array, partition: Uint8Array | undefined): IdentityInfo {
  /** A bit for each part in which a person was seen. */
  const parts = new Map<number, number>();
  let unknown = 0;
  identities.forEach((person, index) => {
    if (person < 0) unknown += 1;
    else parts.set(person, (parts.get(person) ?? 0) | (1 << (partition?.[index] ?? 0)));
  });
  const inTwoParts = [...parts.values()].filter(bits => (bits & (bits - 1)) !== 0).length;
  return {people: parts.size, inTwoParts, unknown};
}
