import { expect, test } from 'vitest';

import { bytesOver, type Entry, LONGEST_TEXT, Thread } from './thread';

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  id,
  at: 1,
  from: 'bot',
  name: null,
  text: id,
  ...more,
});

test('what comes twice is shown once', () => {
  const thread = new Thread();
  expect(thread.take([entry('1'), entry('1/reply')])).toBe(true);
  expect(thread.take([entry('1'), entry('1/reply')])).toBe(false);
  expect(thread.entries.map(({ id }) => id)).toEqual(['1', '1/reply']);
});

test('what the visitor wrote is on its way until the server has it', () => {
  const thread = new Thread();
  thread.write('a', 'hi');
  thread.write('b', 'yes', 'choice-1');
  thread.take([entry('1', { from: 'fan', client_id: 'a' })]);
  expect(thread.drafts).toEqual([{ clientId: 'b', text: 'yes', choice: 'choice-1', failed: false }]);
});

test('only the newest question can be answered by a tap', () => {
  const thread = new Thread();
  const [first, second] = [entry('1'), entry('2')];
  thread.take([first, second]);
  expect([first, second].map((one) => thread.choosable(one))).toEqual([false, true]);
  thread.write('a', 'hi');
  expect(thread.choosable(second)).toBe(false);
});

test('a deleted chat is empty, and may begin anew with the same ids', () => {
  const thread = new Thread();
  thread.take([entry('1')]);
  thread.forget();
  expect(thread.take([entry('1')])).toBe(true);
});

test('a text is measured in bytes', () => {
  expect(bytesOver('a'.repeat(LONGEST_TEXT))).toBe(0);
  expect(bytesOver('汉'.repeat(683))).toBe(1);
});
