import {Box} from 'ink';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import type {Face, FaceProps, ImageTerminal} from './Face.js';

/** What draws images, once it is loaded and the terminal is known. */
type Widgets = {readonly Face: typeof Face; readonly ImageTerminal: typeof ImageTerminal};

const ImagesContext = createContext<Widgets | undefined>(undefined);

type WithImagesProps = {
  /** Whether something inside shows images; once true, what draws them stays. */
  readonly isWanted: boolean;
  readonly children: ReactNode;
};

/**
 * Gives images to what is inside, once they can be drawn: the library is loaded when somebody
 * first looks at one, and asks the terminal once what it can draw. Texts never wait for that.
 */
export function WithImages({isWanted, children}: WithImagesProps): ReactElement {
  const [widgets, setWidgets] = useState<Widgets>();
  const [isKnown, setKnown] = useState(false);
  const onKnown = useCallback(() => setKnown(true), []);
  useEffect(() => {
    if (isWanted) void import('./Face.js').then(setWidgets);
  }, [isWanted]);
  if (widgets === undefined) return <>{children}</>;
  const {ImageTerminal} = widgets;
  return (
    <>
      <ImageTerminal onKnown={onKnown}>
        {isKnown && <ImagesContext.Provider value={widgets}>{children}</ImagesContext.Provider>}
      </ImageTerminal>
      {!isKnown && children}
    </>
  );
}

/** Columns of an image for each of its rows: a cell is about twice as high as wide, CelebA's images are 178x218. */
export const CELEBA_ASPECT = (2 * 178) / 218;

type ImagePlaceProps = Omit<FaceProps, 'width'> & {readonly maxWidth?: number};

/** An image, or its empty place until images can be drawn. */
export function ImagePlace({maxWidth = Infinity, ...image}: ImagePlaceProps): ReactElement {
  const widgets = useContext(ImagesContext);
  const width = Math.min(maxWidth, Math.round(image.height * CELEBA_ASPECT));
  if (widgets === undefined) return <Box width={width} height={image.height} flexShrink={0} />;
  return <widgets.Face {...image} width={width} />;
}
