import { expect, test } from 'vitest';

import { detailInWords, readFilters } from './filters';

test('what is looked for stands in the address', () => {
  const query = new URLSearchParams({ person: 'p1', action: 'playbook.publish', other: 'x' });
  expect(readFilters(query)).toEqual({ person: 'p1', action: 'playbook.publish', conversation: '' });
});

test('a detail is told in words, whatever form it has', () => {
  expect(detailInWords(null)).toBe('');
  expect(detailInWords({ team: 'sales', to: ['a', 'b'], by: null, tags: [] })).toBe('team: sales; to: a, b');
  expect(detailInWords({ persona: { name: '小光' }, version: 3 })).toBe('persona: {name: 小光}; version: 3');
  expect(detailInWords('text')).toBe('text');
});
