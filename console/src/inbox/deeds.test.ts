import { expect, test } from 'vitest';

import type { Conversation } from '../api/types';
import { able, bytesOf, hindrance } from './deeds';

const conversation = (part: Partial<Conversation>): Conversation =>
  ({ state: 'assigned', agent: 'a', openid: 'o', window: { until: 1000, left: 2 }, ...part }) as Conversation;

const AGENT = { id: 'a', role: 'agent' } as const;
const BOSS = { id: 's', role: 'supervisor' } as const;

test('who waits can be taken, and not who is with somebody', () => {
  expect(able('take', conversation({ state: 'waiting', agent: null }), AGENT)).toBe(true);
  expect(able('take', conversation({ state: 'reopened', agent: null }), AGENT)).toBe(true);
  expect(able('take', conversation({}), AGENT)).toBe(false);
  expect(able('take', conversation({ state: 'closed', agent: null }), AGENT)).toBe(false);
});

test('an agent changes what they have, a supervisor what anyone has', () => {
  const others = conversation({ agent: 'b' });
  for (const action of ['release', 'hold', 'resolve', 'transfer'] as const) {
    expect(able(action, conversation({}), AGENT), action).toBe(true);
    expect(able(action, others, AGENT), action).toBe(false);
    expect(able(action, others, BOSS), action).toBe(true);
  }
  expect(able('assign', conversation({}), AGENT)).toBe(false);
  expect(able('assign', others, BOSS)).toBe(true);
});

test('what waits for the fan is resumed and not held again', () => {
  const held = conversation({ state: 'on_hold' });
  expect([able('resume', held, AGENT), able('hold', held, AGENT), able('resolve', held, AGENT)]).toEqual([
    true,
    false,
    true,
  ]);
});

test('what is closed can be changed by nobody', () => {
  for (const action of ['take', 'release', 'hold', 'resume', 'resolve', 'assign', 'transfer'] as const) {
    expect(able(action, conversation({ state: 'closed', agent: null }), BOSS), action).toBe(false);
  }
});

test('the first thing that hinders a message is the one that is told', () => {
  expect(hindrance(conversation({}), 'a', 999)).toBeNull();
  expect(hindrance(conversation({}), 'a', 1000)).toBe('over');
  expect(hindrance(conversation({ window: { until: null, left: 0 } }), 'a', 0)).toBe('over');
  expect(hindrance(conversation({ window: { until: 1000, left: 0 } }), 'a', 0)).toBe('used');
  const never = { until: null, left: 0 };
  expect(hindrance(conversation({ channel: 'web', window: never }), 'a', 0)).toBeNull();
  expect(hindrance(conversation({ agent: 'b' }), 'a', 5000)).toBe('not_yours');
  expect(hindrance(conversation({ state: 'waiting', agent: null }), 'a', 5000)).toBe('take');
  expect(hindrance(conversation({ state: 'resolved' }), 'a', 0)).toBe('resolved');
  expect(hindrance(conversation({ state: 'closed' }), 'a', 0)).toBe('closed');
});

test('WeChat counts bytes, of which a Chinese character has three', () => {
  expect(bytesOf('你好a')).toBe(7);
});
