import { createContext } from 'react';
import type { ThemeChoice } from './theme.ts';

/** The user's choice of light and dark, and the way to change it. */
export interface ThemeSwitch {
  readonly choice: ThemeChoice;
  readonly choose: (choice: ThemeChoice) => void;
}

/** Carries the switch to the frame's menu. */
export const ThemeContext = createContext<ThemeSwitch>({ choice: 'system', choose: () => undefined });
