/** What a fan is called here: WeChat tells no names, so it is the end of the openid. */
import type { Conversation } from '../api/types';
import { t } from '../i18n/language.svelte';

export function fanName({ openid, channel, id }: Pick<Conversation, 'openid' | 'channel' | 'id'>): string {
  const end = (openid ?? id).slice(-6);
  return channel === 'web' ? t().inbox.webFan(end) : t().inbox.fan(end);
}

/** One of six colours, always the same for a fan. */
export function hueOf(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % 6;
}
