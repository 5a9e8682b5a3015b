import { type Theme, webDarkTheme, webLightTheme } from '@fluentui/react-components';

/** What the user chose; `system` follows the device. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const storageKey = 'mailroom-theme';

/** The choice kept in this browser. */
export function readThemeChoice(): ThemeChoice {
  const kept = localStorage.getItem(storageKey);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Keeps the choice in this browser. */
export function keepThemeChoice(choice: ThemeChoice): void {
  localStorage.setItem(storageKey, choice);
}

/** Fluent's theme for a choice. */
export function themeOf(choice: ThemeChoice, deviceIsDark: boolean): Theme {
  return choice === 'dark' || (choice === 'system' && deviceIsDark) ? webDarkTheme : webLightTheme;
}
