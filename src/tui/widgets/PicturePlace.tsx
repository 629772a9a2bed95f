import {Box} from 'ink';
import type {ReactElement} from 'react';
import {usePictures} from '../hooks/pictures-context.js';
import type {FaceProps} from './Face.js';

/** An image, or its empty place until images can be drawn. */
export function PicturePlace(props: FaceProps): ReactElement {
  const images = usePictures();
  if (images === undefined) return <Box width={props.width} height={props.height} />;
  return <images.Face {...props} />;
}
