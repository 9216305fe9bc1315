/**
 * The conversations that this person may see: all open ones, and whatever else was asked for. Loaded once, then kept true by the
 * live feed.
 */
import { SvelteMap } from 'svelte/reactivity';

import { get, post, put } from '../api/client';
import type { BulkRequest, BulkResult, CaseState, Conversation, Page } from '../api/types';
import { live } from '../live/connection.svelte';
import type { LiveMessage } from '../live/messages';

const OPEN_STATES: readonly CaseState[] = ['new', 'waiting', 'assigned', 'on_hold', 'reopened'];

/** What one request brings; a desk of forty agents has less than a thousand open. */
const PAGE = 500;

/** What the API takes at once. */
const BULK = 100;

export type Deed = 'take' | 'release' | 'hold' | 'resume' | 'resolve';

class Conversations {
  byId = new SvelteMap<string, Conversation>();
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<unknown>(null);

  /** What the feed said while a list was on its way, which may be older than that. */
  #heard: Set<string> | null = null;

  /** Begins to listen; what is returned ends it. */
  begin(): () => void {
    this.byId.clear();
    this.state = 'loading';
    return live.listen((message) => this.#hear(message));
  }

  async load(): Promise<void> {
    const heard = new Set<string>();
    this.#heard = heard;
    try {
      const lists = await Promise.all(OPEN_STATES.map(allOf));
      const open = new Map(lists.flat().map((conversation) => [conversation.id, conversation]));
      // One that changed its state between two of the lists may be on none: the feed has told of it.
      for (const [id, known] of this.byId) {
        if (OPEN_STATES.includes(known.state) && !open.has(id) && !heard.has(id)) this.byId.delete(id);
      }
      for (const [id, conversation] of open) if (!heard.has(id)) this.byId.set(id, conversation);
      this.state = 'ready';
      this.error = null;
    } catch (error) {
      if (this.state === 'loading') this.state = 'failed';
      this.error = error;
    } finally {
      if (this.#heard === heard) this.#heard = null;
    }
  }

  /** Asks for one that is not known, such as one that an address names. */
  async fetch(id: string): Promise<Conversation> {
    const conversation = await get<Conversation>(path(id));
    this.keep(conversation);
    return conversation;
  }

  /** Asks the server for those that are not open, or that the list cannot find by itself. */
  async find(query: Record<string, string | undefined>): Promise<{ ids: string[]; next: string | null }> {
    const { items, next } = await get<Page<Conversation>>('/conversations', { ...query, limit: 100 });
    for (const conversation of items) this.keep(conversation);
    return { ids: items.map(({ id }) => id), next };
  }

  /** Takes what an answer says, unless something newer is known. */
  keep(conversation: Conversation): void {
    const known = this.byId.get(conversation.id);
    if (known === undefined || known.epoch <= conversation.epoch) this.byId.set(conversation.id, conversation);
  }

  async do(deed: Deed, id: string): Promise<void> {
    this.keep(await post<Conversation>(`${path(id)}/${deed}`));
  }

  async assign(id: string, agent: string): Promise<void> {
    this.keep(await post<Conversation>(`${path(id)}/assign`, { agent }));
  }

  async transfer(id: string, team: string, note: string): Promise<void> {
    const body = { team, ...(note !== '' && { note }) };
    this.keep(await post<Conversation>(`${path(id)}/transfer`, body));
  }

  async tag(id: string, tags: string[]): Promise<void> {
    this.keep(await put<Conversation>(`${path(id)}/tags`, { tags }));
  }

  async bulk(request: BulkRequest): Promise<BulkResult> {
    const result: BulkResult = { done: [], failed: [] };
    for (let from = 0; from < request.ids.length; from += BULK) {
      const ids = request.ids.slice(from, from + BULK);
      const { done, failed } = await post<BulkResult>('/conversations/bulk', { ...request, ids });
      result.done.push(...done);
      result.failed.push(...failed);
    }
    return result;
  }

  #hear(message: LiveMessage): void {
    if (message.type === 'conversation') {
      this.#heard?.add(message.conversation.id);
      this.byId.set(message.conversation.id, message.conversation);
    } else if (message.type === 'gone') {
      this.#heard?.add(message.id);
      this.byId.delete(message.id);
    } else if (message.type === 'hello' && !message.resumed) {
      void this.load();
    }
  }
}

/** Where a conversation is in the API. */
export function path(id: string): string {
  return `/conversations/${encodeURIComponent(id)}`;
}

async function allOf(state: CaseState): Promise<Conversation[]> {
  const found: Conversation[] = [];
  let after: string | null = null;
  do {
    const page: Page<Conversation> = await get<Page<Conversation>>('/conversations', { state, limit: PAGE, after });
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  return found;
}

export const conversations = new Conversations();
