/** What answers a click inside of a rectangle of cells, counted from 0. */
export type ClickArea = {
  /** Where it is now; undefined while it is not drawn. */
  readonly place: () => Rectangle | undefined;
  /** @param isAlone Whether nothing else came with the click. */
  readonly click: (cell: Cell, isAlone: boolean) => void;
};

type Rectangle = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Column and row in an area. */
export type Cell = {readonly column: number; readonly row: number};

/** The areas of the screen that answer clicks. */
export class ClickAreas {
  readonly #areas = new Set<ClickArea>();

  /** @returns A function that removes it. */
  add(area: ClickArea): () => void {
    this.#areas.add(area);
    return () => this.#areas.delete(area);
  }

  click({column, row}: Cell, isAlone: boolean): void {
    for (const {place, click} of this.#areas) {
      const area = place();
      if (area === undefined) continue;
      const cell = {column: column - area.left, row: row - area.top};
      const isInside =
        cell.column >= 0 && cell.column < area.width && cell.row >= 0 && cell.row < area.height;
      if (isInside) {
        click(cell, isAlone);
        return;
      }
    }
  }
}
