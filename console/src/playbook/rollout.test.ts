import { expect, test } from 'vitest';

import { ranges, rollout } from './rollout';

test('neighbours are told as ranges', () => {
  expect(ranges([7, 1, 0, 2, 9, 3])).toBe('0–3, 7, 9');
  expect(ranges([])).toBe('');
});

test('a version is everywhere when every shard says so', () => {
  const all = [
    { shard: 0, version: 4 },
    { shard: 1, version: 4 },
  ];
  expect(rollout(all, 4)).toEqual({ isWhole: true, versions: [{ version: 4, shards: '0–1' }] });
  expect(rollout(all, 5).isWhole).toBe(false);
});

test('a shard that did not answer has no version', () => {
  const { isWhole, versions } = rollout(
    [
      { shard: 0, version: 4 },
      { shard: 1, version: null },
    ],
    4,
  );
  expect(isWhole).toBe(false);
  expect(versions.map(({ version }) => version)).toEqual([4, null]);
});
