import type {AffinityFile} from '../../runs/affinity-file.js';
import {runTabs, type RunTab} from './interface-state.js';
import type {Snapshot} from './snapshot.js';

type Opened = Pick<Snapshot, 'files' | 'state'>;

/** How the heads of the opened run affect each other; undefined where that was not measured. */
function openedAffinity({files, state}: Opened): AffinityFile | undefined {
  return files.run === state.openRun ? files.affinity : undefined;
}

/** The pages of the opened run; that of the affinity only where it was measured. */
export function shownTabs(opened: Opened): readonly RunTab[] {
  const isMeasured = openedAffinity(opened) !== undefined || opened.state.runTab === 'affinity';
  return runTabs.filter(tab => tab !== 'affinity' || isMeasured);
}

/** The affinity on the page that is open; undefined on other pages. */
export function shownAffinity(opened: Opened): AffinityFile | undefined {
  const {screen, runTab} = opened.state;
  return screen === 'run' && runTab === 'affinity' ? openedAffinity(opened) : undefined;
}
