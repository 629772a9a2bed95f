import type {ComparedGroup} from '../../compare/groups.js';
import type {RunRecord} from '../../runs/run-record.js';

/** One row of a comparison with what its runs left; the first run stands for what all share. */
export type ReportRow = {
  readonly group: ComparedGroup;
  /** What charts call it: short, and no other row's. */
  readonly label: string;
  readonly records: readonly RunRecord[];
  /** `summary.txt` and `experiment.yaml`, as they are; undefined where they cannot be read. */
  readonly summary: string | undefined;
  readonly definition: string | undefined;
};
