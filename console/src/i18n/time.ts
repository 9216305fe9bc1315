/** Times and lengths of time, as people read them. */
import type { Language } from './language.svelte';

const LOCALES: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };
const DAY_MS = 86_400_000;

/** Day and time: `11月26日 18:05`. */
export function when(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(at);
}

/** Day and time to the second, for logs: `11月26日 18:05:09`. */
export function timeWithSeconds(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  }).format(at);
}

/** `18:05` */
export function timeOf(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: '2-digit', minute: '2-digit', hour12: false }).format(at);
}

/** The time today, the day before that. */
export function shortWhen(at: number, now: number, language: Language): string {
  if (dayOf(at) === dayOf(now)) return timeOf(at, language);
  return new Intl.DateTimeFormat(LOCALES[language], { month: 'numeric', day: 'numeric' }).format(at);
}

/** Which day something was, for a line between entries: `11月26日 星期四`. */
export function dayInWords(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { month: 'long', day: 'numeric', weekday: 'long' }).format(at);
}

/** A day, to compare with another, by the clock of this machine. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** How long: `0:42`, `14:05`, `3:20:00` and, from two days on, `2 天` or `2 d`. */
export function lengthOf(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (ms >= 2 * DAY_MS) return language === 'zh' ? `${Math.floor(ms / DAY_MS)} 天` : `${Math.floor(ms / DAY_MS)} d`;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How long, without seconds: `42 秒`, `14 分`, `3 小时 20 分`, `2 天`. */
export function roughLength(ms: number, language: Language): string {
  const [second, minute, hour, day] = language === 'zh' ? ['秒', '分', '小时', '天'] : ['s', 'min', 'h', 'd'];
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1000))} ${second}`;
  if (minutes < 60) return `${minutes} ${minute}`;
  if (ms >= 2 * DAY_MS) return `${Math.floor(ms / DAY_MS)} ${day}`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} ${hour}${rest === 0 ? '' : ` ${rest} ${minute}`}`;
}
