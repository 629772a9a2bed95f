import type {TuiController} from '../controller.js';
import type {Prompt} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {fieldOf} from '../state/text-field.js';
import type {Cell, Column} from '../text/columns.js';
import type {Role} from '../text/line.js';

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
  /** What keys do, for the footer; Escape closes each prompt. */
  readonly keys: Readonly<Record<string, string>>;
};

/** The columns of a prompt: a title for each cell of its choices, and how narrow it may become. */
export function cellColumns(
  ...columns: readonly (readonly [title: string, minWidth?: number])[]
): readonly Column<Choice>[] {
  return columns.map(([title, minWidth], index) => ({
    title,
    ...(minWidth === undefined ? {} : {minWidth}),
    cell: ({cells}) => cells[index] ?? {text: ''},
  }));
}

/** A choice of one cell. */
export function textChoice(text: string, enter: Choice['enter'], role: Role = 'plain'): Choice {
  return {key: text, cells: [{text, role}], enter};
}

/** Opens a line to type into, or puts another text into it. @param text What stands in it already. */
export function openPrompt(controller: TuiController, kind: Prompt['kind'], text = ''): void {
  controller.change({prompt: {kind, ...fieldOf(text), cursor: 0}});
}

export function closePrompt(controller: TuiController): void {
  controller.change({prompt: undefined});
}

/** Shows in the prompt why the line is not accepted. */
export function refusePrompt(controller: TuiController, problem: string): void {
  controller.change(({prompt}) => ({prompt: prompt && {...prompt, problem}}));
}
