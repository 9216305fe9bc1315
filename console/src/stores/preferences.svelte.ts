/** What a person wishes the console to be like: kept by the server, so that it is the same on every machine. */
import { get, put } from '../api/client';
import { spoken, type Language } from '../i18n/language.svelte';

export type Theme = 'system' | 'light' | 'dark';

/** A set of filters with a name. */
export interface SavedView {
  name: string;
  filters: Record<string, string>;
}

export interface Preferences {
  language: Language;
  theme: Theme;
  shortcuts: boolean;
  /** Whether the fan panel is folded. */
  folded: boolean;
  views: SavedView[];
}

const DEFAULTS: Preferences = { language: 'zh', theme: 'system', shortcuts: true, folded: false, views: [] };
const THEME_KEPT_AS = 'fandesk.theme';

class PreferencesStore {
  current = $state.raw<Preferences>(DEFAULTS);
  #saving: Promise<void> = Promise.resolve();
  /** What other consoles, newer than this one, keep there. */
  #unknown: Record<string, unknown> = {};

  /** Before anyone logs in: what this browser looked like last. */
  restore(): void {
    spoken.restore();
    const theme = localStorage.getItem(THEME_KEPT_AS);
    this.current = { ...DEFAULTS, language: spoken.current, theme: isTheme(theme) ? theme : 'system' };
    this.#show();
  }

  async load(): Promise<void> {
    const kept = await get<Record<string, unknown>>('/me/preferences');
    this.#unknown = kept;
    this.current = read(kept, this.current);
    this.#show();
  }

  /** Takes effect at once; one save after the other, so that the last one wins. */
  change(part: Partial<Preferences>): Promise<void> {
    this.current = { ...this.current, ...part };
    this.#show();
    const whole = { ...this.#unknown, ...this.current };
    this.#saving = this.#saving.catch(() => {}).then(() => put('/me/preferences', whole));
    return this.#saving;
  }

  /** For the page of whoever is not logged in. */
  changeHere(part: Partial<Preferences>): void {
    this.current = { ...this.current, ...part };
    this.#show();
  }

  #show(): void {
    const { language, theme } = this.current;
    if (language !== spoken.current) spoken.speak(language);
    localStorage.setItem(THEME_KEPT_AS, theme);
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }
}

function isTheme(value: unknown): value is Theme {
  return value === 'system' || value === 'light' || value === 'dark';
}

/** Reads what was kept, wherever it makes sense; `before` for the rest. */
export function read(kept: Record<string, unknown>, before: Preferences): Preferences {
  const views = Array.isArray(kept.views) ? kept.views.filter(isView) : before.views;
  return {
    language: kept.language === 'zh' || kept.language === 'en' ? kept.language : before.language,
    theme: isTheme(kept.theme) ? kept.theme : before.theme,
    shortcuts: typeof kept.shortcuts === 'boolean' ? kept.shortcuts : before.shortcuts,
    folded: typeof kept.folded === 'boolean' ? kept.folded : before.folded,
    views,
  };
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null) return false;
  const { name, filters } = value as Record<string, unknown>;
  if (typeof name !== 'string' || typeof filters !== 'object' || filters === null) return false;
  return Object.values(filters).every((filter) => typeof filter === 'string');
}

export const preferences = new PreferencesStore();
