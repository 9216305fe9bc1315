import { expect, test } from 'vitest';

import type { Person } from '../api/types';
import { draftOf, listOf, requestOf, wholeNumber } from './person';

const PERSON: Person = {
  id: 'p1',
  login: 'chen',
  name: '陈晨',
  role: 'agent',
  teams: ['desk'],
  skills: ['英语', '手机维修'],
  capacity: 6,
  persona: { name: '小光' } as Person['persona'],
  active: true,
  totp: false,
  created_at: 0,
};

test('a person who was not changed is sent as they were', () => {
  const { login, name, role, teams, skills, capacity, persona } = PERSON;
  expect(requestOf(draftOf(PERSON))).toEqual({ login, name, role, teams, skills, capacity, persona });
});

test('skills may be typed with any comma, and count once', () => {
  expect(listOf(' 英语，维修、 英语;\n退款,')).toEqual(['英语', '维修', '退款']);
});

test('what was emptied of a persona is gone', () => {
  expect(requestOf({ ...draftOf(PERSON), personaName: ' ' }).persona).toEqual({});
});

test('a capacity that is no number is left for the API to refuse', () => {
  expect(requestOf({ ...draftOf(PERSON), capacity: 'ten' }).capacity).toBe('ten');
  expect([wholeNumber(' 7 '), wholeNumber('-3'), wholeNumber('1.5'), wholeNumber('')]).toEqual([7, -3, null, null]);
});

test('someone new is an agent at the desk', () => {
  expect(requestOf(draftOf(null))).toMatchObject({ role: 'agent', teams: ['desk'], capacity: 10 });
});
