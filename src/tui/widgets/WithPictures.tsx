import {useCallback, useEffect, useState, type ReactElement, type ReactNode} from 'react';
import {PicturesContext, type PictureWidgets} from '../hooks/pictures-context.js';
import {useRepaint} from '../hooks/repaint-context.js';

type WithPicturesProps = {
  /** Whether something inside shows images; once true, what draws them stays. */
  readonly wanted: boolean;
  readonly children: ReactNode;
};

/**
 * Gives images to what is inside, once they can be drawn: the library is loaded when somebody
 * first looks at one, and asks the terminal once what it can draw. Texts never wait for that.
 */
export function WithPictures({wanted, children}: WithPicturesProps): ReactElement {
  const [widgets, setWidgets] = useState<PictureWidgets>();
  const [isKnown, setKnown] = useState(false);
  const repaint = useRepaint();
  const known = useCallback(() => {
    // The question clears the line that the cursor is in, past the frame that is known here.
    repaint();
    setKnown(true);
  }, [repaint]);
  useEffect(() => {
    if (!wanted) return;
    void loadWidgets().then(setWidgets);
  }, [wanted]);
  if (widgets === undefined) return <>{children}</>;
  const {PictureTerminal} = widgets;
  return (
    <>
      <PictureTerminal onKnown={known}>
        {isKnown ? (
          <PicturesContext.Provider value={widgets}>{children}</PicturesContext.Provider>
        ) : undefined}
      </PictureTerminal>
      {isKnown ? undefined : children}
    </>
  );
}

async function loadWidgets(): Promise<PictureWidgets> {
  const {PictureTerminal} = await import('./PictureTerminal.js');
  const {Face} = await import('./Face.js');
  return {PictureTerminal, Face};
}
