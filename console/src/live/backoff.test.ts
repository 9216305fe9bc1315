import { expect, test } from 'vitest';

import { backoff } from './backoff';

test('waits grow twofold up to eight seconds, and are spread over their upper half', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 8000, 8000,
  ]);
  expect(backoff(0, 0)).toBe(250);
  expect(backoff(50, 0)).toBe(4000);
});
