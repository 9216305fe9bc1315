import { expect, test } from 'vitest';

import { lengthOf, roughLength, shortWhen } from './time';

const MINUTE = 60_000;

test('a countdown has seconds, hours when there are any, and days when nobody counts seconds', () => {
  expect(lengthOf(42_900, 'zh')).toBe('0:42');
  expect(lengthOf(14 * MINUTE + 5000, 'zh')).toBe('14:05');
  expect(lengthOf(200 * MINUTE, 'zh')).toBe('3:20:00');
  expect(lengthOf(49 * 60 * MINUTE, 'en')).toBe('2 d');
  expect(lengthOf(-5, 'en')).toBe('0:00');
});

test('a rough length has its largest units', () => {
  expect(roughLength(42_000, 'zh')).toBe('42 秒');
  expect(roughLength(14 * MINUTE, 'en')).toBe('14 min');
  expect(roughLength(200 * MINUTE, 'zh')).toBe('3 小时 20 分');
  expect(roughLength(180 * MINUTE, 'en')).toBe('3 h');
});

test('today is told by the time, other days by the date', () => {
  const noon = new Date(2026, 10, 26, 12, 0).getTime();
  expect(shortWhen(noon, noon + MINUTE, 'zh')).toBe('12:00');
  expect(shortWhen(noon - 48 * 60 * MINUTE, noon, 'zh')).toBe('11/24');
});
