import {createContext, useContext} from 'react';
import {makeTheme, type Theme} from '../theme.js';

export const ThemeContext = createContext<Theme>(
  makeTheme({colors: 0, background: 'dark', ascii: false}),
);

export function useTheme(): Theme {
  return useContext(ThemeContext);
}
