/** What a person can do with a conversation as it stands. The server decides; this is about which buttons make sense. */
import type { Conversation, Person } from '../api/types';
import type { Deed } from '../stores/conversations.svelte';
import { isOpen } from './filters';

export type Action = Deed | 'assign' | 'transfer';

type Who = Pick<Person, 'id' | 'role'>;

/** Who may give conversations to others, and act in those that others have. */
export function directs({ role }: Who): boolean {
  return role === 'admin' || role === 'supervisor';
}

export function able(action: Action, conversation: Conversation, who: Who): boolean {
  const { state, agent } = conversation;
  const isMine = agent === who.id;
  const mayChange = isMine || directs(who);
  switch (action) {
    case 'take':
      return isOpen(conversation) && agent === null;
    case 'release':
      return mayChange && agent !== null && (state === 'assigned' || state === 'on_hold');
    case 'hold':
      return mayChange && state === 'assigned';
    case 'resume':
      return mayChange && state === 'on_hold';
    case 'resolve':
      return mayChange && (state === 'assigned' || state === 'on_hold' || state === 'waiting');
    case 'assign':
      return directs(who) && isOpen(conversation);
    case 'transfer':
      return isOpen(conversation) && mayChange;
  }
}

/** Whether nobody counts what is written to the fan, nor until when: only WeChat does. */
export function isUncounted({ channel }: Pick<Conversation, 'channel'>): boolean {
  return channel === 'web';
}

/** Why nothing can be sent to the fan now; null when it can. */
export type Hindrance = 'take' | 'not_yours' | 'resolved' | 'closed' | 'over' | 'used';

export function hindrance(conversation: Conversation, me: string, now: number): Hindrance | null {
  const { state, agent, window } = conversation;
  if (state === 'closed' || conversation.openid === null) return 'closed';
  if (state === 'resolved') return 'resolved';
  if (agent === null) return 'take';
  if (agent !== me) return 'not_yours';
  if (isUncounted(conversation)) return null;
  if (window.until === null || window.until <= now) return 'over';
  return window.left <= 0 ? 'used' : null;
}

/** Bytes of a text that WeChat takes. */
export const LONGEST_TEXT = 2048;

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
