'use client';
import { useState } from 'react';

export type Theme = 'auto' | 'light' | 'dark';

const next: Record<Theme, Theme> = { auto: 'dark', dark: 'light', light: 'auto' };
const words: Record<Theme, string> = {
  auto: 'Theme: as the system',
  dark: 'Theme: dark',
  light: 'Theme: light',
};

/** Goes round system, dark and light; a cookie keeps it, so that the first paint is right. */
export function ThemeToggle({ initial, className }: { initial: Theme; className?: string }) {
  const [theme, setTheme] = useState(initial);
  const change = () => {
    const to = next[theme];
    setTheme(to);
    if (to === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = to;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
    document.cookie = `theme=${to}; path=/; max-age=31536000; samesite=lax`;
  };
  return (
    <button
      type="button"
      className={className}
      onClick={change}
      aria-label={words[theme]}
      title={words[theme]}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.4" />
        {theme === 'light' ? null : (
          <path
            d={theme === 'dark' ? 'M8 2a6 6 0 1 1 0 12 6 6 0 1 1 0-12' : 'M8 2a6 6 0 0 1 0 12z'}
            fill="currentColor"
          />
        )}
      </svg>
    </button>
  );
}
