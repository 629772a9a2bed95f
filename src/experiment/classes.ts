import {ownValue} from '../util/own-value.js';
import type {DataDefinition} from './schema.js';

/** The classes of a head whose names nobody gives: no and yes. */
export const BINARY: readonly string[] = ['0', '1'];

/** The names of a head's classes, in the order of their numbers. */
export function classesOf(
  {classes = {}}: Pick<DataDefinition, 'classes'>,
  head: string,
): readonly string[] {
  return ownValue(classes, head) ?? BINARY;
}

/** A head with more than two classes: it predicts the most probable one, without a threshold. */
export function isMultiClass(classes: number | undefined): boolean {
  return (classes ?? BINARY.length) > BINARY.length;
}
