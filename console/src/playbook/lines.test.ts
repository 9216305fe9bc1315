import { expect, test } from 'vitest';

import { countLines, inView, lineAt, marksOf, startOf, type Note } from './lines';

const note = (line: number | null): Note => ({ message: 'x', line, field: null });

test('a text has one line more than line breaks', () => {
  expect(['', 'a', 'a\n', 'a\nb', '\n\n'].map(countLines)).toEqual([1, 1, 2, 2, 3]);
});

test('a line begins after the break before it, and one that is not there at the end', () => {
  const text = '一\nsecond\n\nfourth';
  expect([1, 2, 3, 4, 9].map((line) => startOf(text, line))).toEqual([0, 2, 9, 10, text.length]);
  expect([1, 2, 3, 4].map((line) => lineAt(text, startOf(text, line)))).toEqual([1, 2, 3, 4]);
});

test('a mistake goes before a warning on its line', () => {
  const marks = marksOf(note(2), [note(2), note(5)], 6);
  expect([...marks]).toEqual([
    [2, 'mistake'],
    [5, 'warning'],
  ]);
});

test('what has no line, or one that was deleted meanwhile, marks nothing', () => {
  expect(marksOf(note(null), [note(7), note(0)], 6).size).toBe(0);
});

test('only what is in view is drawn, however long the document is', () => {
  expect(inView(0, 400, 20, 10_000)).toEqual([1, 24]);
  expect(inView(100_000, 400, 20, 10_000)).toEqual([4997, 5024]);
  expect(inView(0, 400, 20, 3)).toEqual([1, 3]);
  expect(inView(5000, 400, 20, 3)).toEqual([3, 3]);
});
