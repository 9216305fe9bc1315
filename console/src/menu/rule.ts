/** Who sees a menu, in words. */
import { t } from '../i18n/language.svelte';
import type { Rule } from './model';

const PLATFORMS = { '1': 'ios', '2': 'android', '3': 'other' } as const;

export function ruleInWords(rule: Rule): string {
  const parts = [];
  if (rule.tag_id !== '') parts.push(t().menu.withTag(rule.tag_id));
  if (rule.client_platform_type !== '') parts.push(t().menu.platforms[PLATFORMS[rule.client_platform_type]]);
  return parts.length === 0 ? t().menu.someFans : parts.join(' · ');
}
