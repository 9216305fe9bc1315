/** A team as a form has it: texts as they are typed, lengths of time in minutes. */
import type { Team } from '../api/types';
import { listOf, wholeNumber } from '../people/person';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

export const SPANS = ['first_answer_ms', 'next_answer_ms', 'resolution_ms', 'warn_ms'] as const;
export type Span = (typeof SPANS)[number];
export type Spans = Record<Span, string>;

export interface OpenLine {
  days: Day[];
  /** `09:00-12:00, 13:30-18:00` */
  times: string;
}

export interface ExceptionLine {
  from: string;
  to: string;
  /** None is closed. */
  times: string;
}

export interface TagLine extends Spans {
  tag: string;
  priority: string;
}

export interface ShiftLine {
  person: string;
  /** As `<input type="datetime-local">` has it, by the clock of this machine. */
  from: string;
  until: string;
}

export interface TeamDraft {
  id: string;
  name: string;
  tags: string;
  mode: 'balanced' | 'manual';
  fallback: string;
  fallbackAfter: string;
  hasHours: boolean;
  zone: string;
  open: OpenLine[];
  exceptions: ExceptionLine[];
  spans: Spans;
  byTag: TagLine[];
  reopenDays: string;
  asks: boolean;
  roster: ShiftLine[];
}

const MINUTE = 60_000;

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const jsons = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function draftOf(team: Team | null): TeamDraft {
  const hours = isJson(team?.hours) ? team.hours : null;
  const policy: Json = isJson(team?.policy) ? team.policy : {};
  return {
    id: team?.id ?? '',
    name: team?.name ?? '',
    tags: (team?.tags ?? []).join('、'),
    mode: team?.mode ?? 'balanced',
    fallback: team?.fallback?.team ?? '',
    fallbackAfter: inMinutes(team?.fallback?.after_ms ?? 10 * MINUTE),
    hasHours: hours !== null,
    zone: textOf(hours?.zone) || '+08:00',
    open: hours === null ? [{ days: [...DAYS.slice(0, 5)], times: '09:00-18:00' }] : jsons(hours.open).map(openLine),
    exceptions: jsons(hours?.exception).map(exceptionLine),
    spans: spansOf(team === null ? DEFAULTS : policy),
    byTag: Object.entries(isJson(policy.by_tag) ? policy.by_tag : {}).map(([tag, own]) => tagLine(tag, own)),
    reopenDays: String(team?.reopen_days ?? 7),
    asks: team?.ask_satisfaction ?? true,
    roster: (team?.roster ?? []).map(({ person, from, until }) => ({
      person,
      from: toLocal(from),
      until: toLocal(until),
    })),
  };
}

const DEFAULTS: Json = {
  first_answer_ms: 15 * MINUTE,
  next_answer_ms: 15 * MINUTE,
  resolution_ms: 30 * MINUTE,
  warn_ms: 3 * MINUTE,
};

function openLine(open: Json): OpenLine {
  const days = open.days === undefined ? [...DAYS] : texts(open.days).flatMap(daysOf);
  return { days: DAYS.filter((day) => days.includes(day)), times: texts(open.times).join(', ') };
}

/** `fri-mon` goes round the end of the week. */
export function daysOf(written: string): Day[] {
  const [first = '', last = first] = written.split('-');
  const [from, to] = [first, last].map((name) => DAYS.findIndex((day) => day === name));
  if (from === undefined || to === undefined || from < 0 || to < 0) return [];
  const count = ((to - from + 7) % 7) + 1;
  return Array.from({ length: count }, (_, n) => DAYS[(from + n) % 7] ?? 'mon');
}

function exceptionLine(exception: Json): ExceptionLine {
  const date = textOf(exception.date);
  return {
    from: date || textOf(exception.from),
    to: date || textOf(exception.to),
    times: texts(exception.times).join(', '),
  };
}

function spansOf(policy: Json): Spans {
  const span = (name: Span) => (typeof policy[name] === 'number' ? inMinutes(policy[name]) : '');
  return {
    first_answer_ms: span('first_answer_ms'),
    next_answer_ms: span('next_answer_ms'),
    resolution_ms: span('resolution_ms'),
    warn_ms: span('warn_ms'),
  };
}

function tagLine(tag: string, own: unknown): TagLine {
  const json = isJson(own) ? own : {};
  return { tag, priority: typeof json.priority === 'number' ? String(json.priority) : '', ...spansOf(json) };
}

export function emptyTag(): TagLine {
  return tagLine('', {});
}

/** Minutes, with a fraction where there is one: policies may be set to the second. */
export function inMinutes(ms: number): string {
  return String(Number((ms / MINUTE).toFixed(4)));
}

/** Milliseconds; what is no number stays what was typed, and the API says so. */
export function inMs(minutes: string): number | string {
  const text = minutes.trim();
  return /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * MINUTE) : text;
}

/** What is sent. Fields of hours that this form does not know are kept. */
export function requestOf(draft: TeamDraft, before: Team | null): Json {
  const byTag = draft.byTag.filter(({ tag }) => tag.trim() !== '');
  return {
    name: draft.name.trim(),
    tags: listOf(draft.tags),
    mode: draft.mode,
    fallback: draft.fallback === '' ? null : { team: draft.fallback, after_ms: inMs(draft.fallbackAfter) },
    hours: draft.hasHours ? hoursOf(draft, isJson(before?.hours) ? before.hours : {}) : null,
    policy: { ...given(draft.spans), by_tag: Object.fromEntries(byTag.map((line) => [line.tag.trim(), ofTag(line)])) },
    reopen_days: wholeNumber(draft.reopenDays) ?? draft.reopenDays,
    ask_satisfaction: draft.asks,
    roster: draft.roster.map(({ person, from, until }) => ({ person, from: toMs(from), until: toMs(until) })),
  };
}

function hoursOf(draft: TeamDraft, before: Json): Json {
  const { exception: _, ...rest } = before;
  const exceptions = draft.exceptions.map(({ from, to, times }) => ({
    ...(to === '' || to === from ? { date: from } : { from, to }),
    times: timesOf(times),
  }));
  return {
    ...rest,
    zone: draft.zone.trim(),
    open: draft.open.map(({ days, times }) => ({ days: [...days], times: timesOf(times) })),
    ...(exceptions.length > 0 && { exception: exceptions }),
  };
}

/** `09:00-12:00，13:30–18:00` as a list, in the playbook's own form. */
export function timesOf(text: string): string[] {
  return listOf(text).map((times) =>
    times
      .replaceAll(/\s/g, '')
      .replaceAll(/[–—~～至]/g, '-')
      .replaceAll('：', ':'),
  );
}

function given(spans: Spans): Json {
  return Object.fromEntries(SPANS.filter((name) => spans[name].trim() !== '').map((name) => [name, inMs(spans[name])]));
}

function ofTag(line: TagLine): Json {
  const priority = line.priority.trim();
  return { ...given(line), ...(priority !== '' && { priority: wholeNumber(priority) ?? priority }) };
}

/** As `<input type="datetime-local">` has it. */
export function toLocal(at: number): string {
  const date = new Date(at - new Date(at).getTimezoneOffset() * MINUTE);
  return date.toISOString().slice(0, 16);
}

function toMs(local: string): number | null {
  const at = new Date(local).getTime();
  return Number.isNaN(at) ? null : at;
}
