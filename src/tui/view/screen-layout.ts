import type {Screen} from '../state/interface-state.js';
import type {Snapshot} from '../state/snapshot.js';
import {experimentPanes} from './experiments.js';
import {helpPane} from './help.js';
import {livePanes} from './live.js';
import type {Layout} from './pane.js';
import {runPanes} from './run.js';
import {runsPanes} from './runs.js';

/** Smallest terminal that the screens are laid out for. */
export const smallest = {columns: 60, rows: 20} as const;

const panes: Readonly<
  Partial<Record<Screen, (snapshot: Snapshot, width: number, height: number) => Layout>>
> = {experiments: experimentPanes, live: livePanes, runs: runsPanes, run: runPanes};

/** The panes of a screen that is made of text alone; undefined for one with tables or images. */
export function screenLayout(
  snapshot: Snapshot,
  width: number,
  height: number,
): Layout | undefined {
  const {help, screen} = snapshot.state;
  return (help ? helpPane : panes[screen])?.(snapshot, width, height);
}
