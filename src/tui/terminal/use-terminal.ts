import {useApp, useInput, useIsScreenReaderEnabled, usePaste, useStdout} from 'ink';
import {useEffect, useInsertionEffect, useMemo} from 'react';
import {receive} from '../actions/press.js';
import type {TuiController} from '../controller.js';
import {KeyBursts} from '../keys/key-bursts.js';
import {keyNames} from '../keys/key-names.js';

/** Lines that the terminal takes to be longer than Ink does are cut, not wrapped: DECAWM of xterm. */
const CUT_LINES = '\u001B[?7l';
const WRAP_LINES = '\u001B[?7h';

/** Connects the controller to the terminal that Ink draws on: its keys, its pastes, its end. */
export function useTerminal(controller: TuiController): void {
  const keys = useMemo(() => new KeyBursts(burst => receive(controller, burst)), [controller]);
  useInput((input, key) => keys.add(...keyNames(input, key).map(name => ({key: name}))));
  usePaste(text => keys.add({paste: text}));
  const {stdout} = useStdout();
  const {exit, suspendTerminal} = useApp();
  const isDrawn = !useIsScreenReaderEnabled();
  // An insertion effect comes before the first frame.
  useInsertionEffect(() => {
    if (!isDrawn) return;
    stdout.write(CUT_LINES);
    return () => void stdout.write(WRAP_LINES);
  }, [stdout, isDrawn]);
  useEffect(() => {
    const lend = (work: () => Promise<void>): Promise<void> =>
      suspendTerminal(async () => {
        if (isDrawn) stdout.write(WRAP_LINES);
        try {
          await work();
        } finally {
          if (isDrawn) stdout.write(CUT_LINES);
        }
      });
    return controller.attach({exit, lend});
  }, [controller, exit, suspendTerminal, stdout, isDrawn]);
}
