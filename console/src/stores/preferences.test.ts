import { expect, test } from 'vitest';

import { read, type Preferences } from './preferences.svelte';

const BEFORE: Preferences = { language: 'en', theme: 'dark', shortcuts: true, folded: false, views: [] };

test('what was kept is taken, wherever it makes sense', () => {
  const views = [{ name: '投诉', filters: { tag: '投诉' } }];
  expect(read({ language: 'zh', theme: 'light', shortcuts: false, folded: true, views }, BEFORE)).toEqual({
    language: 'zh',
    theme: 'light',
    shortcuts: false,
    folded: true,
    views,
  });
});

test('nonsense leaves things as they were', () => {
  const kept = {
    language: 'fr',
    theme: 7,
    shortcuts: 'yes',
    views: [null, { name: 1 }, { name: 'x', filters: { a: 1 } }],
  };
  expect(read(kept, BEFORE)).toEqual(BEFORE);
  expect(read({}, BEFORE)).toEqual(BEFORE);
});
