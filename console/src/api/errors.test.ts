import { expect, test } from 'vitest';

import { address, base } from './client';
import { errorOf } from './errors';

test("an error is the API's word, sentence and field", () => {
  const body = { error: { code: 'invalid', message: 'name: too long', field: 'name' } };
  const error = errorOf(422, body, null);
  expect([error.status, error.code, error.message, error.field]).toEqual([422, 'invalid', 'name: too long', 'name']);
});

test('an answer of something in between has its status at least', () => {
  for (const body of ['<html>', null, { error: 'no' }, { error: { code: 7 } }]) {
    expect(errorOf(502, body, null).code).toBe('http_502');
  }
});

test('when to try again is a number of seconds, or not known', () => {
  expect(errorOf(429, null, '30').retryAfter).toBe(30);
  expect(errorOf(429, null, 'Thu, 26 Nov 2026 18:00:00 GMT').retryAfter).toBeUndefined();
});

test('the page of another account asks that account', () => {
  expect(base('')).toBe('/api/v1');
  expect(base('?account=shop%2F1')).toBe('/api/v1/accounts/shop%2F1');
});

test('what is not set is not asked for', () => {
  expect(address('/conversations', { state: 'open', team: '', agent: undefined, after: null, limit: 5 })).toBe(
    '/api/v1/conversations?state=open&limit=5',
  );
});
