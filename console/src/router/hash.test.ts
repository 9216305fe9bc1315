import { expect, test } from 'vitest';

import { parseHash, toHash } from './hash';

test('an address survives being written and read, whatever is in it', () => {
  const parts = ['inbox', '3.41', '投诉/退款'];
  const { parts: read, query } = parseHash(toHash(parts, { tag: 'a&b', q: '?' }));
  expect(read).toEqual(parts);
  expect([query.get('tag'), query.get('q')]).toEqual(['a&b', '?']);
});

test('what someone typed by hand is read as far as it makes sense', () => {
  expect(parseHash('').parts).toEqual([]);
  expect(parseHash('#//inbox//').parts).toEqual(['inbox']);
  expect(parseHash('#/100%').parts).toEqual(['100%']);
});
