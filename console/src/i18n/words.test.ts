import { expect, test } from 'vitest';

import { en } from './en';
import { zh } from './zh';

/** `inbox.send`, and for a sentence with gaps how many. */
function keys(words: object, above = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => {
    if (typeof value === 'function') return [`${above}${key}(${value.length})`];
    return typeof value === 'object' && value !== null ? keys(value, `${above}${key}.`) : [`${above}${key}`];
  });
}

const texts = (words: object): string[] =>
  Object.values(words).flatMap((value) => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? texts(value) : [];
  });

test('both languages say the same things', () => {
  expect(keys(en).sort()).toEqual(keys(zh).sort());
});

test('nothing is said with no words, and English has no Chinese in it', () => {
  expect(
    texts(zh)
      .concat(texts(en))
      .filter((text) => text.trim() === ''),
  ).toEqual([]);
  expect(texts(en).filter((text) => /\p{Script=Han}/u.test(text))).toEqual([]);
});
