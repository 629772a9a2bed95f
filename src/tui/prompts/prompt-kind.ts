import type {TuiController} from '../controller.js';
import type {Snapshot} from '../state/snapshot.js';
import type {Cell, Column} from '../text/columns.js';

/** A row that a prompt offers. */
export type Choice = {
  /** Unique among the choices. */
  readonly key: string;
  readonly cells: readonly Cell[];
  /** Enter. @param isAlone Whether nothing else came with the key. */
  readonly enter: (controller: TuiController, isAlone: boolean) => void;
  /** The text after Tab. */
  readonly completion?: string;
  /** Delete, while nothing is typed. */
  readonly remove?: (controller: TuiController) => void;
};

/** A prompt with choices, which takes the place of the screen while it is open. */
export type PromptKind = {
  readonly title: string;
  /** What people have to know, above the rows. */
  readonly text?: string;
  readonly columns: readonly Column<Choice>[];
  /** The rows that fit the typed text. */
  readonly choices: (snapshot: Snapshot) => readonly Choice[];
  /** Stands in place of the rows when there are none. */
  readonly empty: string;
  /** What keys do, for the footer. */
  readonly keys: readonly (readonly [key: string, label: string])[];
};

/** The column of a prompt that shows a cell of each choice. */
export function cellColumn(
  index: number,
  title: string,
  rest: Pick<Column<Choice>, 'minWidth'> = {},
): Column<Choice> {
  return {title, ...rest, cell: ({cells}) => cells[index] ?? {text: ''}};
}
