const KEY = 'typed-queue.theme';

/** `system`: as the browser prefers. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const readTheme = (storage: Pick<Storage, 'getItem'>): Theme => {
  const kept = storage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
};

export const keepTheme = (storage: Pick<Storage, 'setItem'>, theme: Theme): void => {
  storage.setItem(KEY, theme);
};

export const applyTheme = (element: HTMLElement, theme: Theme): void => {
  element.dataset.theme = theme;
  // For those that draw with colours of their own.
  element.dispatchEvent(new Event(THEME_CHANGED));
};

/** An event of the root element. */
export const THEME_CHANGED = 'theme-changed';
