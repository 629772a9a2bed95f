import {Box} from 'ink';
import type {ReactElement} from 'react';
import {usePictures} from '../hooks/pictures-context.js';
import type {FaceProps} from './Face.js';

/** A picture, or its empty place until pictures can be drawn. */
export function PicturePlace(props: FaceProps): ReactElement {
  const pictures = usePictures();
  if (pictures === undefined) return <Box width={props.width} height={props.height} />;
  return <pictures.Face {...props} />;
}
