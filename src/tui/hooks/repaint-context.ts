import {createContext, useContext} from 'react';

/** Makes the next frame a whole one: for when something else has written on the screen. */
export const RepaintContext = createContext<() => void>(() => {});

export function useRepaint(): () => void {
  return useContext(RepaintContext);
}
