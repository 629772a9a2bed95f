import {Box} from 'ink';
import Image, {InkPictureProvider} from 'ink-picture';
import {useEffect, useLayoutEffect, useState, type ReactElement, type ReactNode} from 'react';
import {messageOf} from '../../util/user-error.js';
import {useTheme} from '../theme.js';
import {Styled} from './TextLines.js';

/*
 * What draws images: loaded when somebody first looks at one. `Images.tsx` says when.
 */

export type FaceProps = {
  readonly read: () => Promise<Buffer>;
  /** Changes when another image is to be shown. */
  readonly name: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
};

/** An image in the terminal, as well as the terminal can; the reason where it cannot be read. */
export function Face({read, name, alt, width, height}: FaceProps): ReactElement {
  const theme = useTheme();
  const [image, setImage] = useState<{name: string; bytes?: Buffer; error?: string}>();
  useEffect(() => {
    let isWanted = true;
    read().then(
      bytes => isWanted && setImage({name, bytes}),
      (error: unknown) => isWanted && setImage({name, error: messageOf(error)}),
    );
    return () => {
      isWanted = false;
    };
    // Another name is another image; `read` is new at every frame.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [name]);
  const current = image?.name === name ? image : undefined;
  if (current?.bytes === undefined) {
    return (
      <Box width={width} height={height}>
        {current?.error !== undefined && <Styled role="warning">{current.error}</Styled>}
      </Box>
    );
  }
  return (
    <Image
      src={current.bytes}
      alt={alt}
      width={width}
      height={height}
      {...(theme.ascii ? {protocol: 'ascii' as const} : {})}
    />
  );
}

/** How often images look whether they were moved; nothing moves them but keys. */
const config = {pollIntervalMs: 200};

type ImageTerminalProps = {
  /** Called when the terminal has said what images it can draw, or nothing for a while. */
  readonly onKnown: () => void;
  readonly children?: ReactNode;
};

/** Asks the terminal what images it can draw, for all images inside. */
export function ImageTerminal({onKnown, children}: ImageTerminalProps): ReactElement {
  useLayoutEffect(() => refuseSignalHandlers(), []);
  return (
    <InkPictureProvider config={config} onTerminalInfoDetection={onKnown}>
      {children}
    </InkPictureProvider>
  );
}

/**
 * Removes every handler of SIGTERM and SIGINT that is added from now on: ink-picture ends the process
 * at once at these, while here they stop what trains, with a checkpoint. The program's own handlers are
 * there before the interface.
 *
 * @returns What undoes it.
 */
function refuseSignalHandlers(): () => void {
  const refuse = (event: string | symbol, listener: (...args: unknown[]) => void): void => {
    // It is added right after this.
    if (event === 'SIGINT' || event === 'SIGTERM')
      queueMicrotask(() => process.off(event, listener));
  };
  process.on('newListener', refuse);
  return () => process.off('newListener', refuse);
}
