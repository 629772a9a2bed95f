import type {TuiController} from '../controller.js';
import type {Snapshot} from '../state/snapshot.js';
import {writeComparison} from './write-comparison.js';
import type {Action} from '../keys/binding.js';

function cannotWithoutComparison({comparison}: Snapshot): string | undefined {
  return comparison.result === undefined ? 'There is nothing to compare yet.' : undefined;
}

async function write(controller: TuiController): Promise<void> {
  const {result} = controller.snapshot.get().comparison;
  if (result !== undefined) await writeComparison(controller, result);
}

export const otherActions = {
  allColumns: {
    act: controller => controller.change(state => ({...state, allColumns: !state.allColumns})),
    cannot: cannotWithoutComparison,
  },
  write: {
    act: controller => controller.background(() => write(controller)),
    cannot: cannotWithoutComparison,
  },
} as const satisfies Readonly<Record<string, Action>>;
