import { expect, test } from 'vitest';

import type { Team } from '../api/types';
import { daysOf, draftOf, inMinutes, inMs, requestOf, timesOf, toLocal } from './team';

const AT = new Date(2026, 10, 26, 9, 0).getTime();

const TEAM = {
  id: 'sales',
  name: '销售组',
  tags: ['VIP', '会员'],
  mode: 'manual',
  fallback: { team: 'desk', after_ms: 600_000 },
  hours: {
    zone: '+08:00',
    open: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], times: ['09:00-12:00', '13:30-18:00'] }],
    exception: [{ from: '2026-10-01', to: '2026-10-07', times: [] }],
  },
  policy: {
    first_answer_ms: 900_000,
    next_answer_ms: 600_000,
    resolution_ms: 1_800_000,
    warn_ms: 0,
    by_tag: { 投诉: { first_answer_ms: 90_000, priority: 10 } },
  },
  reopen_days: 3,
  ask_satisfaction: false,
  roster: [{ person: 'p3', from: AT, until: AT + 3_600_000 }],
} as unknown as Team;

test('a team that was not changed is sent as it was', () => {
  const { id: _, ...rest } = TEAM;
  expect(requestOf(draftOf(TEAM), TEAM)).toEqual(rest);
});

test('a new team has the defaults of the API in its form', () => {
  const request = requestOf({ ...draftOf(null), name: '售后' }, null);
  expect(request).toMatchObject({
    mode: 'balanced',
    fallback: null,
    hours: null,
    policy: {
      first_answer_ms: 900_000,
      next_answer_ms: 900_000,
      resolution_ms: 1_800_000,
      warn_ms: 180_000,
      by_tag: {},
    },
    reopen_days: 7,
    ask_satisfaction: true,
    roster: [],
  });
});

test('what the form does not know of opening hours is kept', () => {
  const team = { ...TEAM, hours: { ...(TEAM.hours as object), default: { text: 'x' } } } as unknown as Team;
  expect(requestOf(draftOf(team), team).hours).toMatchObject({ default: { text: 'x' } });
});

test('ranges of days may go round the end of the week', () => {
  expect(daysOf('mon-wed')).toEqual(['mon', 'tue', 'wed']);
  expect(daysOf('sat-mon')).toEqual(['sat', 'sun', 'mon']);
  expect(daysOf('fri')).toEqual(['fri']);
  expect(daysOf('someday')).toEqual([]);
});

test('times may be typed as people write them', () => {
  expect(timesOf('09：00–12:00，13:30 ~ 18:00')).toEqual(['09:00-12:00', '13:30-18:00']);
  expect(timesOf('')).toEqual([]);
});

test('minutes may have a fraction, and what is no number is left for the API to refuse', () => {
  expect([inMinutes(90_000), inMinutes(900_000), inMinutes(1000)]).toEqual(['1.5', '15', '0.0167']);
  expect([inMs('1.5'), inMs(' 15 '), inMs('soon'), inMs('-1')]).toEqual([90_000, 900_000, 'soon', '-1']);
});

test('an empty deadline of a tag is that of the team', () => {
  const draft = draftOf(TEAM);
  draft.byTag.push({ tag: ' ', priority: '', first_answer_ms: '', next_answer_ms: '', resolution_ms: '', warn_ms: '' });
  expect(requestOf(draft, TEAM).policy).toMatchObject({ by_tag: { 投诉: { first_answer_ms: 90_000, priority: 10 } } });
});

test('shifts are by the clock of this machine', () => {
  expect(toLocal(AT)).toBe('2026-11-26T09:00');
});
