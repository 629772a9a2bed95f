import {isBroken, type RunRecord} from './run-record.js';

/** A run whose folder does not have the name any more that it was made with. */
type RunOrigin =
  /** Its folder was renamed; `id` is the name that it had. */
  | {readonly kind: 'renamed'; readonly id: string}
  /** Another folder holds the same run, under the name `id`. */
  | {readonly kind: 'copy'; readonly id: string};

/**
 * What became of a run's folder since it was made; undefined where it has the name that it had.
 * Its `run.json` says the name. Of several folders with the same one, that which has the name is
 * the run itself, or else the first one; the others are copies.
 *
 * @param records All runs of the folder.
 */
export function runOrigin(record: RunRecord, records: readonly RunRecord[]): RunOrigin | undefined {
  const id = madeAs(record);
  if (id === undefined || id === record.folder.id) return undefined;
  const itself = recordMadeAs(id, records);
  return itself === undefined || itself.folder.id === record.folder.id
    ? {kind: 'renamed', id}
    : {kind: 'copy', id: itself.folder.id};
}

/** The run that was made under this name, also where its folder was renamed since. */
export function recordMadeAs(id: string, records: readonly RunRecord[]): RunRecord | undefined {
  return (
    records.find(({folder}) => folder.id === id) ?? records.find(record => madeAs(record) === id)
  );
}

/** The runs without their copies, each of which would count a run twice. */
export function withoutCopies(
  records: readonly RunRecord[],
  all: readonly RunRecord[] = records,
): RunRecord[] {
  return records.filter(record => runOrigin(record, all)?.kind !== 'copy');
}

function madeAs({info}: RunRecord): string | undefined {
  return isBroken(info) ? undefined : info.id;
}
