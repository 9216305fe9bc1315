/** Which conversations are on the list, and in what order. */
import type { Conversation } from '../api/types';
import { nearest } from './deadline';

export type Scope = 'mine' | 'unassigned' | 'all';
export type StateFilter = 'open' | 'on_hold' | 'resolved' | 'closed';

export interface Filters {
  scope: Scope;
  state: StateFilter;
  /** Empty: any. */
  team: string;
  tag: string;
  q: string;
  unanswered: boolean;
}

export const START: Filters = { scope: 'mine', state: 'open', team: '', tag: '', q: '', unanswered: false };

const OPEN_STATES = ['new', 'waiting', 'assigned', 'on_hold', 'reopened'];

export function isOpen({ state }: Conversation): boolean {
  return OPEN_STATES.includes(state);
}

export function matches(conversation: Conversation, filters: Filters, me: string): boolean {
  const { scope, state, team, tag } = filters;
  if (scope === 'mine' && conversation.agent !== me) return false;
  if (scope === 'unassigned' && conversation.agent !== null) return false;
  if (state === 'open' ? !isOpen(conversation) : conversation.state !== state) return false;
  if (team !== '' && conversation.team !== team) return false;
  if (tag !== '' && !conversation.tags.includes(tag) && !conversation.fan_tags.includes(tag)) return false;
  if (filters.unanswered && !isUnanswered(conversation)) return false;
  return true;
}

/** What can be found without the server: in what the list shows. */
export function mentions(conversation: Conversation, q: string): boolean {
  const sought = q.trim().toLowerCase();
  const { id, openid, preview, tags, fan_tags, agent_name } = conversation;
  return [id, openid ?? '', preview, agent_name ?? '', ...tags, ...fan_tags].some((text) =>
    text.toLowerCase().includes(sought),
  );
}

/** The fan has the last word. */
export function isUnanswered({ last_fan_at, last_answer_at }: Conversation): boolean {
  return last_answer_at === null || last_answer_at < last_fan_at;
}

/** What is due first comes first, then what nobody waits for, the newest first. */
export function inOrder(conversations: Iterable<Conversation>): Conversation[] {
  const due = (conversation: Conversation) => nearest(conversation)?.due_at ?? Number.POSITIVE_INFINITY;

  return [...conversations].sort((one, other) => {
    const [first, second] = [due(one), due(other)];
    if (first !== second) return first - second;
    return other.last_fan_at - one.last_fan_at || one.id.localeCompare(other.id);
  });
}

/** As kept with a name; what is as at the start is left out. */
export function toView(filters: Filters): Record<string, string> {
  const set = Object.entries(filters).filter(([name, value]) => value !== START[name as keyof Filters]);
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
}

/** From what was kept; what makes no sense is as at the start. */
export function fromView(view: Record<string, string>): Filters {
  const oneOf = <Value extends string>(value: string | undefined, values: readonly Value[], otherwise: Value) =>
    values.find((one) => one === value) ?? otherwise;
  return {
    scope: oneOf(view.scope, ['mine', 'unassigned', 'all'] as const, START.scope),
    state: oneOf(view.state, ['open', 'on_hold', 'resolved', 'closed'] as const, START.state),
    team: view.team ?? '',
    tag: view.tag ?? '',
    q: view.q ?? '',
    unanswered: view.unanswered === 'true',
  };
}
