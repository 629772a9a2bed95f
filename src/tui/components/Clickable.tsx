import {Box, type DOMElement} from 'ink';
import {useEffect, useRef, type ReactElement, type ReactNode} from 'react';
import {useController} from '../hooks.js';
import type {ClickArea} from '../terminal/click-areas.js';

type ClickableProps = {
  readonly onClick: ClickArea['click'];
  readonly children: ReactNode;
};

/** Lines one below the other that answer a click. */
export function Clickable({onClick, children}: ClickableProps): ReactElement {
  const {clickAreas} = useController();
  const box = useRef<DOMElement>(null);
  useEffect(
    () => clickAreas.add({place: () => placeOf(box.current), click: onClick}),
    [clickAreas, onClick],
  );
  return (
    <Box ref={box} flexDirection="column" flexShrink={0}>
      {children}
    </Box>
  );
}

/** Where a box is on the screen: Ink draws from the upper left corner on. */
function placeOf(box: DOMElement | null): ReturnType<ClickArea['place']> {
  const layout = box?.yogaNode;
  if (box === null || layout === undefined) return undefined;
  let left = 0;
  let top = 0;
  for (let node: DOMElement | undefined = box; node !== undefined; node = node.parentNode) {
    left += node.yogaNode?.getComputedLeft() ?? 0;
    top += node.yogaNode?.getComputedTop() ?? 0;
  }
  return {left, top, width: layout.getComputedWidth(), height: layout.getComputedHeight()};
}
