/** What is wrong with a menu, in words. */
import { t } from '../i18n/language.svelte';
import type { Defect } from './limits';

export function inWords(defect: Defect): string {
  const words = t().menu.defects;
  switch (defect.kind) {
    case 'missing':
      return words.missing;
    case 'long':
      return words.long(defect.bytes, defect.most);
    case 'many':
      return words.many(defect.most);
    case 'rule':
      return words.rule;
    case 'number':
      return words.number;
    case 'told':
      return defect.message;
  }
}
