import type {Column} from '../text/columns.js';
import type {Choice} from './prompt-kind.js';

/** The column of a prompt that shows a cell of each choice. */
export function cellColumn(
  index: number,
  title: string,
  rest: Pick<Column<Choice>, 'minWidth'> = {},
): Column<Choice> {
  return {title, ...rest, cell: ({cells}) => cells[index] ?? {text: ''}};
}
