import {createContext, useContext, type ComponentType} from 'react';
import type {FaceProps} from '../widgets/Face.js';
import type {PictureTerminalProps} from '../widgets/PictureTerminal.js';

/** What draws images, once it is loaded and the terminal is known. */
export type PictureWidgets = {
  readonly PictureTerminal: ComponentType<PictureTerminalProps>;
  readonly Face: ComponentType<FaceProps>;
};

export const PicturesContext = createContext<PictureWidgets | undefined>(undefined);

/** Undefined while no image can be drawn: their place stays empty. */
export function usePictures(): PictureWidgets | undefined {
  return useContext(PicturesContext);
}
