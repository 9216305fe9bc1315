/** Which language the console speaks. Chinese unless the person chose. */
import { en } from './en';
import { zh, type Words } from './zh';

export type Language = 'zh' | 'en';

const DICTIONARIES: Record<Language, Words> = { zh, en };
const KEPT_AS = 'fandesk.language';

class Spoken {
  current = $state<Language>('zh');

  /** What this browser spoke last, before anyone logs in. */
  restore(): void {
    if (localStorage.getItem(KEPT_AS) === 'en') this.speak('en');
    else this.speak('zh');
  }

  speak(language: Language): void {
    this.current = language;
    localStorage.setItem(KEPT_AS, language);
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }
}

export const spoken = new Spoken();

/** The words in the language of now. */
export function t(): Words {
  return DICTIONARIES[spoken.current];
}
