import {useInput} from 'ink';
import type {KeyBursts} from '../keys/key-bursts.js';
import {keyNames} from '../keys/key-names.js';

/** Listens to the keyboard while the component is there. */
export function useKeys(keys: KeyBursts): void {
  useInput((input, key) => keys.add(...keyNames(input, key).map(name => ({key: name}))));
}
