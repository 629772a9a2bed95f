import {Box, Text} from 'ink';
import Image from 'ink-picture';
import {useEffect, useState, type ReactElement} from 'react';
import {useTheme} from '../hooks/theme-context.js';
import {messageOf} from '../../util/user-error.js';

export type FaceProps = {
  readonly read: () => Promise<Buffer>;
  /** Changes when another image is to be shown. */
  readonly name: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
};

/** An image in the terminal, as well as the terminal can; its name where it cannot be read. */
export function Face({read, name, alt, width, height}: FaceProps): ReactElement {
  const theme = useTheme();
  const [found, setFound] = useState<{name: string; bytes?: Buffer; error?: string}>();
  useEffect(() => {
    let wanted = true;
    read().then(
      bytes => wanted && setFound({name, bytes}),
      (error: unknown) => wanted && setFound({name, error: messageOf(error)}),
    );
    return () => {
      wanted = false;
    };
    // Another name is another image; `read` is new at every frame.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [name]);
  if (found?.name !== name) return <Box width={width} height={height} />;
  if (found.bytes === undefined) {
    return (
      <Box width={width} height={height}>
        <Text>{theme.paint('warning', found.error ?? '')}</Text>
      </Box>
    );
  }
  return (
    <Image
      src={found.bytes}
      alt={alt}
      width={width}
      height={height}
      {...(theme.ascii ? {protocol: 'ascii' as const} : {})}
    />
  );
}
