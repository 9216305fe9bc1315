import { expect, test } from 'vitest';

import type { Entry } from '../api/types';
import { zh } from '../i18n/zh';
import { byTime } from '../stores/threads.svelte';
import { lineOf, sideOf } from './entry';

const entry = (part: Partial<Entry>): Entry =>
  ({ id: '1.1', at: 0, from: 'fan', kind: 'text', text: null, payload: null, ...part }) as Entry;

test('fans are on one side, the desk and its bot on the other, and what happened in the middle', () => {
  expect(sideOf(entry({}))).toBe('fan');
  expect(sideOf(entry({ from: 'agent' }))).toBe('desk');
  expect(sideOf(entry({ from: 'bot', kind: 'image' }))).toBe('desk');
  expect(sideOf(entry({ from: 'agent', kind: 'note' }))).toBe('note');
  expect(sideOf(entry({ kind: 'event' }))).toBe('middle');
  expect(sideOf(entry({ from: 'system', kind: 'state' }))).toBe('middle');
  // Told to the fan by nobody in particular: their place in the queue, a card of the bot.
  expect(sideOf(entry({ from: 'system', kind: 'text' }))).toBe('desk');
  expect(sideOf(entry({ from: 'bot', kind: 'event' }))).toBe('desk');
});

test('what a fan did is told with its key, and what is not known by the name that WeChat gave it', () => {
  expect(lineOf(entry({ kind: 'event', payload: { Event: 'CLICK', EventKey: 'HELP' } }), zh)).toBe(
    '粉丝：点了菜单 HELP',
  );
  expect(lineOf(entry({ kind: 'event', payload: { Event: 'subscribe', EventKey: 'qrscene_counter-1' } }), zh)).toBe(
    '粉丝：关注了公众号 counter-1',
  );
  expect(lineOf(entry({ kind: 'event', payload: { Event: 'kf_create_session' } }), zh)).toBe('粉丝：kf_create_session');
});

test('what became of a conversation is told in words, and a word of a newer server as it is', () => {
  const state = (text: string, name?: string) =>
    lineOf(entry({ from: 'system', kind: 'state', text, agent: name === undefined ? null : { id: 'p', name } }), zh);
  expect(state('assigned', '艾丽丝')).toBe('艾丽丝 接入');
  expect(state('closed')).toBe('会话已关闭');
  expect(state('merged')).toBe('merged');
});

test('a score is told from where it is', () => {
  expect(lineOf(entry({ kind: 'score', payload: { score: 5 } }), zh)).toBe('粉丝评分：5/5');
  expect(lineOf(entry({ kind: 'score', text: '4' }), zh)).toBe('粉丝评分：4/5');
});

test('entries of one millisecond are in the order of their shard', () => {
  const ids = [entry({ id: '3.10' }), entry({ id: '3.9' }), entry({ id: '3.1', at: 5 })].sort(byTime);
  expect(ids.map(({ id }) => id)).toEqual(['3.9', '3.10', '3.1']);
});
