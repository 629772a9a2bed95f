import {useApp, useInput, useIsScreenReaderEnabled, usePaste, useStdin, useStdout} from 'ink';
import {useEffect, useInsertionEffect, useMemo} from 'react';
import {receive} from '../actions/press.js';
import type {TuiController} from '../controller.js';
import {KeyBursts} from '../keys/key-bursts.js';
import {keyNames} from '../keys/key-names.js';
import {readAlong} from './read-along.js';

/** Lines that the terminal takes to be longer than Ink does are cut, not wrapped: DECAWM of xterm. */
const CUT_LINES = '\u001B[?7l';
const WRAP_LINES = '\u001B[?7h';
/** Where the first frame begins: a key that the shell echoed during the start has moved the cursor. */
const HOME = '\u001B[H';
/** Clicks and the wheel are reported, with numbers in decimal: modes 1000 and 1006 of xterm. */
const MOUSE_ON = '\u001B[?1000h\u001B[?1006h';
const MOUSE_OFF = '\u001B[?1006l\u001B[?1000l';

/** Connects the controller to the terminal that Ink draws on: its keys, pastes, mouse, its end. */
export function useTerminal(controller: TuiController, mouse: boolean): void {
  const keys = useMemo(() => new KeyBursts(burst => receive(controller, burst)), [controller]);
  useInput((input, key) => keys.add(...keyNames(input, key).map(name => ({key: name}))));
  usePaste(text => keys.add({paste: text}));
  const {stdin} = useStdin();
  useEffect(() => readAlong(stdin, pointer => keys.add({pointer})), [stdin, keys]);
  const {stdout} = useStdout();
  const {exit, suspendTerminal} = useApp();
  const isDrawn = !useIsScreenReaderEnabled();
  const isClickable = isDrawn && mouse;
  const modes = useMemo(
    () => ({
      set: `${isDrawn ? CUT_LINES : ''}${isClickable ? MOUSE_ON : ''}`,
      reset: `${isClickable ? MOUSE_OFF : ''}${isDrawn ? WRAP_LINES : ''}`,
    }),
    [isDrawn, isClickable],
  );
  // An insertion effect comes before the first frame.
  useInsertionEffect(() => {
    if (!isDrawn) return;
    stdout.write(`${HOME}${modes.set}`);
    return () => void stdout.write(modes.reset);
  }, [stdout, modes, isDrawn]);
  useEffect(() => {
    const lend = (work: () => Promise<void>): Promise<void> =>
      suspendTerminal(async () => {
        if (isDrawn) stdout.write(modes.reset);
        try {
          await work();
        } finally {
          if (isDrawn) stdout.write(modes.set);
        }
      });
    return controller.attach({exit, lend});
  }, [controller, exit, suspendTerminal, stdout, modes, isDrawn]);
}
