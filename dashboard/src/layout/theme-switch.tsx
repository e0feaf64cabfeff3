import { useState } from 'react';
import { applyTheme, keepTheme, readTheme, THEMES, type Theme } from './theme.js';

export const ThemeSwitch = () => {
  const [theme, setTheme] = useState<Theme>(() => readTheme(localStorage));
  const choose = (name: string): void => {
    const chosen = THEMES.find((each) => each === name) ?? 'system';
    setTheme(chosen);
    keepTheme(localStorage, chosen);
    applyTheme(document.documentElement, chosen);
  };
  return (
    <select aria-label="Theme" value={theme} onChange={(event) => choose(event.target.value)}>
      {THEMES.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
};
