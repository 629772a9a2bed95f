import {createContext, useContext, useSyncExternalStore} from 'react';
import type {TuiController} from './controller.js';
import type {Snapshot} from './state/snapshot.js';

export const ControllerContext = createContext<TuiController | undefined>(undefined);

/** @throws Error outside of the interface. */
export function useController(): TuiController {
  const controller = useContext(ControllerContext);
  if (controller === undefined) throw new Error('There is no controller around this component.');
  return controller;
}

/** What the interface shows now; the component draws again when that changes. */
export function useSnapshot(): Snapshot {
  const {snapshot} = useController();
  return useSyncExternalStore(snapshot.subscribe, snapshot.get);
}
