import {Store} from '../../util/store.js';
import type {Size} from '../state/snapshot.js';

/** The terminal's size, and each change of it until `close`. */
export function sizeStore(stdout: Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'on' | 'off'>): {
  readonly size: Store<Size>;
  readonly close: () => void;
} {
  const read = (): Size => ({columns: stdout.columns || 80, rows: stdout.rows || 24});
  const size = new Store<Size>(read());
  const listener = (): void => size.set(read());
  stdout.on('resize', listener);
  return {size, close: () => stdout.off('resize', listener)};
}
