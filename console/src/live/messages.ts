/** What the Desk says over the socket. */
import type { Conversation, DeskAgent, Entry, Presence } from '../api/types';

export type LiveMessage =
  | { type: 'hello'; n: number; resumed: boolean; me: { id: string; status: Presence | null } }
  | { type: 'conversation'; n: number; conversation: Conversation }
  | { type: 'gone'; n: number; id: string }
  | { type: 'entry'; n: number; conversation: string; entry: Entry }
  | { type: 'agent'; n: number; agent: DeskAgent }
  | { type: 'deadline'; n: number; conversation: string; kind: string; what: 'warning' | 'breach' }
  | { type: 'typing'; conversation: string; agent: string; name: string };

/** Null for what this console does not know, which a newer server may say. */
export function readMessage(text: string): LiveMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { type, n } = value as { type?: unknown; n?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(KNOWN, type)) return null;
  if (type !== 'typing' && typeof n !== 'number') return null;
  return value as LiveMessage;
}

const KNOWN: Record<LiveMessage['type'], true> = {
  hello: true,
  conversation: true,
  gone: true,
  entry: true,
  agent: true,
  deadline: true,
  typing: true,
};
