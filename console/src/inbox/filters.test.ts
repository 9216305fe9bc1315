import { expect, test } from 'vitest';

import type { Conversation } from '../api/types';
import { urgency } from './deadline';
import { fromView, inOrder, isUnanswered, matches, mentions, START, toView } from './filters';

const conversation = (part: Partial<Conversation>): Conversation => ({
  id: '1.1',
  channel: 'wechat',
  openid: 'oFan1',
  state: 'waiting',
  team: 'desk',
  agent: null,
  agent_name: null,
  tags: [],
  priority: 0,
  epoch: 1,
  reason: 'command',
  opened_at: 1000,
  waiting_since: 1000,
  assigned_at: null,
  resolved_at: null,
  last_fan_at: 1000,
  last_answer_at: null,
  first_answered_at: null,
  preview: '快递到哪里了',
  last_from: 'fan',
  unread: 1,
  fan_tags: [],
  deadlines: [],
  window: { until: null, left: 0 },
  reopened: 0,
  score: null,
  draft_by: null,
  position: null,
  ...part,
});
const due = (due_at: number, part = {}) => ({
  kind: 'first_answer' as const,
  due_at,
  warn_at: due_at - 10,
  breached_at: null,
  paused: false,
  left_ms: null,
  ...part,
});

test('mine, unassigned and all are told apart, and closed ones are not open', () => {
  const mine = conversation({ agent: 'a', state: 'assigned' });
  expect(matches(mine, START, 'a')).toBe(true);
  expect(matches(mine, START, 'b')).toBe(false);
  expect(matches(mine, { ...START, scope: 'unassigned' }, 'a')).toBe(false);
  expect(matches(conversation({}), { ...START, scope: 'unassigned' }, 'a')).toBe(true);
  expect(matches(conversation({ state: 'resolved' }), { ...START, scope: 'all' }, 'a')).toBe(false);
  expect(matches(conversation({ state: 'resolved' }), { ...START, scope: 'all', state: 'resolved' }, 'a')).toBe(true);
});

test('a tag may be of the conversation or of the fan', () => {
  const filters = { ...START, scope: 'all' as const, tag: 'vip' };
  expect(matches(conversation({ tags: ['vip'] }), filters, '')).toBe(true);
  expect(matches(conversation({ fan_tags: ['vip'] }), filters, '')).toBe(true);
  expect(matches(conversation({}), filters, '')).toBe(false);
});

test('a fan who wrote after the last answer is unanswered', () => {
  expect(isUnanswered(conversation({ last_fan_at: 5, last_answer_at: null }))).toBe(true);
  expect(isUnanswered(conversation({ last_fan_at: 5, last_answer_at: 6 }))).toBe(false);
  expect(isUnanswered(conversation({ last_fan_at: 7, last_answer_at: 6 }))).toBe(true);
});

test('what is due first is first, a paused deadline does not count, and the newest of the rest follows', () => {
  const list = [
    conversation({ id: 'old', last_fan_at: 1 }),
    conversation({ id: 'late', deadlines: [due(500), due(100, { kind: 'resolution', paused: true })] }),
    conversation({ id: 'new', last_fan_at: 2 }),
    conversation({ id: 'soon', deadlines: [due(900), due(300)] }),
  ];
  expect(inOrder(list).map(({ id }) => id)).toEqual(['soon', 'late', 'new', 'old']);
});

test('a search looks at what the list shows, whatever the case', () => {
  expect(mentions(conversation({}), ' 快递 ')).toBe(true);
  expect(mentions(conversation({ agent_name: 'Alice' }), 'alice')).toBe(true);
  expect(mentions(conversation({}), 'ofan1')).toBe(true);
  expect(mentions(conversation({}), '退款')).toBe(false);
});

test('a view keeps what differs from the start, and reads nonsense as the start', () => {
  const filters = { ...START, scope: 'all' as const, unanswered: true, tag: 'vip' };
  expect(toView(filters)).toEqual({ scope: 'all', unanswered: 'true', tag: 'vip' });
  expect(fromView(toView(filters))).toEqual(filters);
  expect(fromView({ scope: 'everything', state: 'x' })).toEqual(START);
});

test('a deadline warns before it is due and is late from its very moment', () => {
  expect(urgency(due(100), 89)).toBe('calm');
  expect(urgency(due(100), 90)).toBe('warning');
  expect(urgency(due(100), 100)).toBe('breach');
  expect(urgency(due(100, { paused: true }), 200)).toBe('paused');
  expect(urgency(due(100, { paused: true, breached_at: 100 }), 200)).toBe('breach');
});
