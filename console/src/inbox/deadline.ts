/** Which deadline of a conversation counts, and how pressing it is. */
import type { Conversation, Deadline } from '../api/types';

export type Urgency = 'calm' | 'warning' | 'breach' | 'paused';

/** The one that is due first of those that run; else one that is paused. */
export function nearest({ deadlines }: Pick<Conversation, 'deadlines'>): Deadline | null {
  const running = deadlines.filter(({ paused }) => !paused);
  return [...running].sort((one, other) => one.due_at - other.due_at)[0] ?? null;
}

/** By the server's time, so that it is right between two messages of the Desk too. */
export function urgency(deadline: Deadline, now: number): Urgency {
  if (deadline.breached_at !== null || (!deadline.paused && now >= deadline.due_at)) return 'breach';
  if (deadline.paused) return 'paused';
  return now >= deadline.warn_at ? 'warning' : 'calm';
}
